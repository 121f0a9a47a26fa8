"""Staff sign in through their organisation: a real provider, and one that lies in every way."""

import re
import urllib.request
import warnings
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hefu.apps.accounts.models import Identity, SignInProvider, User
from hefu.apps.accounts.selectors import actor_of
from hefu.apps.accounts.services import begin_totp, check_totp, close_log_in, totp_of
from hefu.apps.accounts.sign_in import asking
from hefu.apps.accounts.sign_in.services import ProviderWish, set_provider
from hefu.apps.audit.models import Entry
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from tests.factories import NOW, PASSWORD, a_brand, a_person, an_actor, operator
from tests.providers import CLIENT, SECRET, another_key, providing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def liar():
    with providing() as one:
        yield one


@pytest.fixture(scope="module")
def honest():
    """The independent provider, run as its documentation says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _anew(liar):
    asking.forget_all()
    liar.forget()


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def browser():
    return Client(headers={"Accept-Language": "en"})


def wish(issuer, **about):
    about = {"client_id": CLIENT, "client_secret": SECRET, "domains": ["a.example"], **about}
    return ProviderWish(issuer=issuer, **about)


def through(brand, issuer, **about):
    return set_provider(operator(brand), wish=wish(issuer, **about), now=NOW)


def person(brand, email="li@a.example", role=Role.ANALYST):
    one = a_person(brand, role)
    User.objects.filter(pk=one.pk).update(email=email)
    one.refresh_from_db()
    return one


def begun(browser, liar, brand, **query):
    """Begin; returns what the provider was asked."""
    answer = browser.get(f"/desk/sign-in/{brand.slug}/away/", query)
    assert answer.status_code == 302, answer.content
    return liar.sees(answer["Location"])


def returned(browser, brand, asked, **about):
    query = {"code": "c", "state": asked["state"], **about}
    return browser.get(f"/desk/sign-in/{brand.slug}/back/?{urlencode(query)}")


def signed_in(browser, liar, brand):
    return returned(browser, brand, begun(browser, liar, brand))


def who(browser):
    return browser.session.get("_auth_user_id")


def actions(brand):
    entries = Entry.objects.filter(chain=brand.pk).order_by("seq")
    return list(entries.values_list("action", "data__reason"))


def claims_of(honest, sub, claims):
    body = str(claims).replace("'", '"').replace("True", "true").encode()
    request = urllib.request.Request(
        f"{honest}/users/{sub}", body, {"Content-Type": "application/json"}, method="PUT"
    )
    urllib.request.urlopen(request).close()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_, **__):
        return None


def agreed(address, sub):
    """Somebody signs in at the independent provider and is sent back with a code."""
    opener = urllib.request.build_opener(_Stay)
    try:
        opener.open(address, urlencode({"sub": sub}).encode())
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("nobody was sent back")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own
def test_an_invited_person_signs_in_at_a_real_provider(browser, brand, honest):
    through(brand, honest)
    li = person(brand)
    claims_of(honest, "u1", {"email": "Li@A.example", "email_verified": True})
    door = browser.get(f"/desk/sign-in/{brand.slug}/?next=/desk/people/").content.decode()
    (away,) = re.findall(r'href="(/desk/sign-in/[^"]*away/[^"]*)"', door)
    answer = browser.get(away.replace("&amp;", "&"))
    assert answer.status_code == 302, answer.content.decode()
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [f"http://testserver/desk/sign-in/{brand.slug}/back/"]

    back = agreed(answer["Location"], "u1")
    answer = browser.get(back.removeprefix("http://testserver"))
    assert answer.status_code == 302, actions(brand)[-1]
    assert answer["Location"] == "/desk/people/"
    assert who(browser) == str(li.pk)
    assert browser.session.get_expiry_age() <= 12 * 3600
    assert [a for a, _ in actions(brand)][-2:] == [
        "accounts.identity_linked", "accounts.signed_in_by_provider",
    ]  # fmt: skip

    again = Client()
    assert again.get(back.removeprefix("http://testserver")).status_code == 403  # another browser
    assert who(again) is None


def test_a_person_is_known_by_the_subject_when_the_email_changes(browser, liar, brand):
    through(brand, liar.url)
    li = person(brand)
    signed_in(browser, liar, brand)
    liar.lie = {"email": "li.ming@a.example"}
    again = Client()
    signed_in(again, liar, brand)
    assert who(again) == str(li.pk)
    assert Identity.objects.count() == 1
    # and the old e-mail, given to somebody else at the provider, is not them
    liar.lie = {"sub": "subject-2"}
    other = Client()
    assert signed_in(other, liar, brand).status_code == 403
    assert actions(brand)[-1] == ("accounts.sign_in_refused", "other_account")


def test_the_code_is_exchanged_with_proof(browser, liar, brand):
    through(brand, liar.url)
    person(brand)
    signed_in(browser, liar, brand)
    ((form, authorization),) = liar.forms
    assert authorization.startswith("Basic ")
    assert "client_secret" not in form
    assert len(form["code_verifier"]) >= 43
    liar.told = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    asking.forget_all()
    signed_in(Client(), liar, brand)
    form, authorization = liar.forms[-1]
    assert (form["client_id"], form["client_secret"], authorization) == (CLIENT, SECRET, "")


LIES = {
    "nonce": [{"nonce": "another"}, {"nonce": None}],
    "audience": [{"aud": "somebody"}, {"aud": None}, {"aud": [CLIENT, "x"], "azp": "x"},
                 {"aud": [CLIENT, "x"]}],
    "expired": [{"exp": 1_600_000_000}, {"exp": None}, {"iat": 4_000_000_000}],
    "issuer": [{"iss": "https://evil.example"}, {"iss": None}],
    "token": [{"sub": None}],
    "email_unverified": [{"email_verified": False}, {"email_verified": None},
                         {"email_verified": "true"}],
    "no_email": [{"email": None}, {"email": "li@a.example@b.example"}, {"email": ["li@a.example"]}],
    "domain": [{"email": "li@b.example"}, {"email": "li@sub.a.example"}],
    "unknown_person": [{"email": "wang@a.example"}, {"email": "theirs@a.example"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "lie"), [(reason, lie) for reason, lies in LIES.items() for lie in lies]
)
def test_a_token_that_is_not_right_opens_nothing(browser, liar, brand, reason, lie):
    through(brand, liar.url)
    person(brand)
    person(a_brand(), "theirs@a.example")  # a person of another brand
    people = User.objects.count()
    liar.lie = lie
    answer = signed_in(browser, liar, brand)
    assert answer.status_code == 403
    assert who(browser) is None
    assert actions(brand)[-1] == ("accounts.sign_in_refused", reason)
    assert not Identity.objects.exists()
    assert User.objects.count() == people


@pytest.mark.parametrize("algorithm", ["none", "HS256", "stranger"])
def test_a_signature_that_proves_nothing_opens_nothing(browser, liar, brand, algorithm):
    through(brand, liar.url)
    person(brand)
    if algorithm == "stranger":
        liar.key = another_key(liar.key.kid)
    else:
        liar.algorithm = algorithm
    assert signed_in(browser, liar, brand).status_code == 403
    assert (who(browser), actions(brand)[-1][1]) == (None, "token")


def test_new_keys_are_fetched_when_they_are_needed_and_not_all_day(browser, liar, brand):
    through(brand, liar.url)
    person(brand)
    signed_in(Client(), liar, brand)
    liar.rotate()
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=1)):
        signed_in(browser, liar, brand)
        assert who(browser) is not None
        assert liar.asked.count("/jwks") == 2
        liar.published = []  # a token of a key that it never publishes
        liar.key = another_key("never published")
        for _ in range(3):
            signed_in(Client(), liar, brand)
        assert liar.asked.count("/jwks") == 2


def test_what_was_begun_is_good_once_here_and_soon(browser, liar, brand):
    through(brand, liar.url)
    through(other := a_brand(), liar.url)
    person(brand)

    def stale(answer):
        assert answer.status_code == 403
        assert "Begin again" in answer.content.decode()
        assert who(browser) is None

    asked = begun(browser, liar, brand)
    stale(returned(browser, brand, {"state": "guessed"}))
    stale(returned(browser, brand, asked))  # one try
    asked = begun(browser, liar, brand)
    stale(returned(browser, other, asked))  # began at another door
    asked = begun(browser, liar, brand)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        stale(returned(browser, brand, asked))
    asked = begun(browser, liar, brand)
    assert returned(browser, brand, asked, iss="https://evil.example").status_code == 403
    asked = begun(browser, liar, brand)
    answer = browser.get(
        f"/desk/sign-in/{brand.slug}/back/?error=access_denied&state={asked['state']}"
    )
    assert "did not let you" in answer.content.decode()
    asked = begun(browser, liar, brand)
    liar.challenge = "of another"  # the verifier is not of this code
    assert returned(browser, brand, asked).status_code == 403
    assert who(browser) is None


def test_where_to_go_afterwards_is_ours(browser, liar, brand):
    through(brand, liar.url)
    person(brand)
    asked = begun(browser, liar, brand, next="https://evil.example/")
    assert returned(browser, brand, asked)["Location"] == "/desk/"


def test_groups_create_people_only_where_the_brand_wants_it(browser, liar, brand):
    roles = [("boss", "approver"), ("staff", "analyst")]
    liar.lie = {"groups": ["staff", "boss"]}
    through(brand, liar.url, roles=roles)
    assert signed_in(browser, liar, brand).status_code == 403
    assert not User.objects.exists()

    through(brand, liar.url, roles=roles, creates_people=True)
    assert signed_in(browser, liar, brand).status_code == 302
    made = User.objects.get()
    assert (made.role, made.brand_id, made.name) == ("approver", brand.pk, "Li")
    assert not made.has_usable_password()
    liar.lie = {"groups": "staff"}  # one group may come as a text
    signed_in(Client(), liar, brand)
    made.refresh_from_db()
    assert made.role == "analyst"
    liar.lie = {"groups": ["guests"]}
    assert signed_in(Client(), liar, brand).status_code == 403
    assert actions(brand)[-1][1] == "no_role"


def test_who_was_invited_keeps_the_role_they_were_given(browser, liar, brand):
    through(brand, liar.url, roles=[("staff", "brand_admin")], creates_people=True)
    li = person(brand)
    liar.lie = {"groups": ["staff"]}
    signed_in(browser, liar, brand)
    li.refresh_from_db()
    assert li.role == "analyst"


def test_a_person_of_another_brand_is_nobody_here_even_by_groups(browser, liar, brand):
    through(brand, liar.url, roles=[("staff", "analyst")], creates_people=True)
    theirs = person(a_brand())
    liar.lie = {"groups": ["staff"]}
    assert signed_in(browser, liar, brand).status_code == 403
    assert actions(brand)[-1][1] == "unknown_person"
    theirs.refresh_from_db()
    assert theirs.brand_id != brand.pk


def test_closed_log_ins_and_the_house_itself_do_not_come_this_way(browser, liar, brand):
    through(brand, liar.url)
    li = person(brand)
    signed_in(browser, liar, brand)
    close_log_in(operator(brand), user=li, now=NOW)
    assert signed_in(Client(), liar, brand).status_code == 403
    assert actions(brand)[-1][1] == "closed"
    assert browser.get("/desk/").status_code == 302  # and who was in is out
    User.objects.update(is_active=True, is_staff=True)
    signed_in(Client(), liar, brand)
    assert actions(brand)[-1][1] == "operator"


def test_the_second_factor_is_asked_unless_the_providers_counts(browser, liar, brand):
    through(brand, liar.url)
    li = person(brand)
    actor = actor_of(li, surface="tests")
    secret = begin_totp(actor, now=timezone.now())
    now = timezone.now()
    code = totp_of(secret).generate(int(now.timestamp())).decode()
    check_totp(actor, code=code, now=now)
    liar.lie = {"amr": ["pwd", "mfa"]}
    assert signed_in(browser, liar, brand)["Location"] == "/desk/second-factor/"
    assert browser.get("/desk/people/").status_code == 302
    through(brand, liar.url, second_factors=["mfa"])
    other = Client()
    assert signed_in(other, liar, brand)["Location"] == "/desk/"
    assert other.get("/desk/").status_code == 200
    liar.lie = {"amr": ["pwd"], "acr": "1"}
    assert signed_in(Client(), liar, brand)["Location"] == "/desk/second-factor/"
    liar.lie = {"acr": "mfa"}
    assert signed_in(Client(), liar, brand)["Location"] == "/desk/"


def test_where_passwords_are_off_brand_admins_keep_theirs(browser, liar, brand):
    person(brand)
    person(brand, "boss@a.example", Role.BRAND_ADMIN)
    elsewhere = a_person(a_brand(), Role.ANALYST)

    def tries(email):
        client = Client(headers={"Accept-Language": "en"})
        answer = client.post("/desk/sign-in/", {"username": email, "password": PASSWORD})
        return answer, who(client)

    through(brand, liar.url)
    assert tries("li@a.example")[1] is not None
    through(brand, liar.url, passwords_off=True)
    answer, signed = tries("li@a.example")
    assert signed is None
    assert "not by password" in answer.content.decode()
    assert tries("boss@a.example")[1] is not None
    assert tries(elsewhere.email)[1] is not None
    SignInProvider.objects.update(active=False)
    assert tries("li@a.example")[1] is not None


def test_refusals_count_towards_the_lock_out(browser, liar, brand):
    through(brand, liar.url)
    liar.lie = {"email": "nobody@a.example"}
    for _ in range(4):
        assert signed_in(browser, liar, brand).status_code == 403
    for _ in range(2):
        assert signed_in(browser, liar, brand).status_code == 429
    person(brand)
    liar.lie = {}
    signed_in(browser, liar, brand)
    assert who(browser) is not None  # others are not locked out by it


def test_signing_out_offers_the_providers_own_end(browser, liar, brand):
    through(brand, liar.url, ends_session=True)
    person(brand)
    signed_in(browser, liar, brand)
    page = browser.post("/desk/sign-out/").content.decode()
    (goal,) = re.findall(r'href="(http://127[^"]*/end\?[^"]*)"', page)
    query = parse_qs(urlsplit(goal.replace("&amp;", "&")).query)
    assert query["client_id"] == [CLIENT]
    assert query["id_token_hint"][0].count(".") == 2
    assert who(browser) is None
    through(brand, liar.url)
    other = Client()
    signed_in(other, liar, brand)
    assert other.post("/desk/sign-out/")["Location"] == "/desk/sign-in/"


def test_an_email_that_only_the_other_end_tells_counts_if_it_is_the_same_person(
    browser, liar, brand
):
    through(brand, liar.url)
    li = person(brand)
    liar.lie = {"email": None, "email_verified": None}
    liar.userinfo = {"sub": "another", "email": "li@a.example", "email_verified": True}
    assert signed_in(browser, liar, brand).status_code == 403
    liar.userinfo["sub"] = "subject-1"
    signed_in(browser, liar, brand)
    assert who(browser) == str(li.pk)


def test_the_issuer_is_called_in_public_networks_only(browser, liar, brand, settings):
    through(brand, liar.url)
    settings.HEFU_INTRANET = False
    answer = browser.get(f"/desk/sign-in/{brand.slug}/away/")
    assert answer.status_code == 403
    assert liar.asked == []


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "file:///etc/passwd"},
     {"jwks_uri": None}, {"authorization_endpoint": "javascript:alert(1)"}],
)  # fmt: skip
def test_a_description_that_is_not_of_this_issuer_is_not_believed(browser, liar, brand, told):
    through(brand, liar.url)
    liar.told = told
    assert browser.get(f"/desk/sign-in/{brand.slug}/away/").status_code == 403


def test_the_way_in_is_found_by_email_without_telling_who_exists(browser, liar, brand):
    assert "organisation" not in browser.get("/desk/sign-in/").content.decode()
    assert browser.get(f"/desk/sign-in/{brand.slug}/")["Location"] == "/desk/sign-in/"
    through(brand, liar.url)
    assert "/desk/sign-in-by-organisation/" in browser.get("/desk/sign-in/").content.decode()

    def found(email):
        return browser.post("/desk/sign-in-by-organisation/", {"email": email})

    assert found("nobody@A.example")["Location"] == f"/desk/sign-in/{brand.slug}/"
    assert "No brand here" in found("li@b.example").content.decode()
    through(other := a_brand(name="云杉"), liar.url)
    page = found("li@a.example").content.decode()
    assert f"/desk/sign-in/{other.slug}/" in page
    assert brand.name in page


def test_the_provider_is_set_on_the_desk(browser, liar, brand):
    boss = person(brand, "boss@a.example", Role.BRAND_ADMIN)
    browser.force_login(boss)
    form = {
        "issuer": liar.url, "client_id": CLIENT, "client_secret": SECRET,
        "domains": "@A.example\nb.example", "active": "on", "roles": "staff = analyst",
        "creates_people": "on", "second_factors": "mfa, hwk", "groups_claim": "groups",
    }  # fmt: skip

    def said(**about):
        return browser.post("/desk/people/provider/", {**form, **about}).content.decode()

    assert "one in a line" in said(domains="a")
    assert "a role of your own people" in said(roles="staff = distributor")
    assert "nobody is created without" in said(roles="")
    assert "Switch the provider on" in said(active="", passwords_off="on")
    assert "Nobody answers there" in said(issuer=f"{liar.url}/elsewhere")
    assert "calls itself something else" in said(issuer=liar.url.replace("127.0.0.1", "localhost"))
    assert not SignInProvider.objects.exists()
    assert browser.post("/desk/people/provider/", form).status_code == 302
    row = SignInProvider.objects.get()
    assert row.domains == ["a.example", "b.example"]
    assert (row.roles, row.second_factors) == ([["staff", "analyst"]], ["mfa", "hwk"])
    said(client_secret="", domains="a.example")
    row.refresh_from_db()
    assert (row.client_secret, row.domains) == (SECRET, ["a.example"])  # empty keeps it

    person(brand)
    signed_in(Client(), liar, brand)
    page = browser.get("/desk/people/provider/").content.decode()
    assert f"http://testserver/desk/sign-in/{brand.slug}/back/" in page
    assert SECRET not in page
    identity = Identity.objects.get()
    stranger = Client()
    stranger.force_login(a_person(a_brand(), Role.BRAND_ADMIN))
    assert stranger.post(f"/desk/people/provider/{identity.pk}/forget/").status_code == 404
    assert browser.post(f"/desk/people/provider/{identity.pk}/forget/").status_code == 302
    assert not Identity.objects.exists()
    assert browser.post("/desk/people/provider/end/").status_code == 302
    assert not SignInProvider.objects.exists()
    assert browser.post("/desk/people/provider/end/").status_code == 404


def test_only_who_manages_people_sets_it(brand, liar):
    with pytest.raises(NotAllowed):
        set_provider(an_actor(brand, Role.ANALYST), wish=wish(liar.url), now=NOW)
    with pytest.raises(Invalid):
        set_provider(operator(brand), wish=wish(liar.url + "?x=1"), now=NOW)
