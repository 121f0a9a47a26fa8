#!/bin/bash
# The known answers of test_seal.py, by openssl and shell arithmetic alone.
secret=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

part() { printf '%04x' ${#1}; printf '%s' "$1" | xxd -p | tr -d '\n'; }

key() { # key id, batch, face
    openssl kdf -keylen 16 -kdfopt digest:SHA256 -kdfopt hexkey:$secret \
        -kdfopt hexinfo:$(part 'hefu seal v1')$(part "$1")$(part "$2")$(part "$3") HKDF |
        tr -d ': \n' | tr A-F a-f
}

swap() { fold -w2 | tac | tr -d '\n'; }

prf() { # key, step, value: the low 64 bits of one AES block
    echo $((16#$(printf '%s%s' "$(printf '%016x' $3 | swap)" "$(printf '%016x' $2 | swap)" |
        xxd -r -p | openssl enc -aes-128-ecb -nopad -K $1 | xxd -p | head -c 16 | swap)))
}

seal() { # key, serial, body bits, tag bits
    local body_mask=$(((1 << $3) - 1)) tag_mask=$(((1 << $4) - 1)) tag body
    tag=$(($(prf $1 1 $2) & tag_mask))
    body=$(($2 ^ ($(prf $1 2 $tag) & body_mask)))
    echo "  $2: $(((body << $4) | (tag ^ ($(prf $1 3 $body) & tag_mask))))"
}

for face in outer inner; do
    key=$(key 2026-a K7QM $face)
    echo "$face $key"
    for serial in 0 1 12345 1073741823; do seal $key $serial 30 30; done
done
key=$(key 2026-a 'm:PFFN5005|d:2012-12-20|b:19|c:jd' outer)
echo "template $key"
for serial in 0 1 9999; do seal $key $serial 14 16; done
