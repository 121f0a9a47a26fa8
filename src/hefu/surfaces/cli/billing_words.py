"""The words of ``hefu billing``: what the operator types."""

from typing import Any


def billing(add: Any, for_brand: Any) -> None:
    """Add the commands; ``add`` and ``for_brand`` are the command line's own."""
    who = add("billing operator", "billing:operator", "say who sends the invoices")
    who.add_argument("--name", required=True)
    for word in ("tax-number", "address", "contact", "bank"):
        who.add_argument(f"--{word}", default="")
    _contracts(add, for_brand)
    listing = add("billing invoices", "billing:invoices", "draw what is due, list the invoices")
    for_brand(listing)
    paid = add("billing paid", "billing:paid", "an invoice was paid")
    for_brand(paid)
    paid.add_argument("number")
    paid.add_argument("--payment", required=True, help="the bank's reference")
    credit = add("billing credit", "billing:credit", "take an invoice back by a credit note")
    for_brand(credit)
    credit.add_argument("number")
    credit.add_argument("--reason", required=True)
    credit.add_argument("--line", type=int, action="append", help="only this line; may be repeated")
    paper = add("billing print", "billing:print_", "write an invoice to a PDF or xlsx file")
    for_brand(paper)
    paper.add_argument("number")
    paper.add_argument("--output", required=True, help="NAME.pdf or NAME.xlsx")
    paper.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")


def _contracts(add: Any, for_brand: Any) -> None:
    contract = add("billing contract", "billing:contract", "make a contract for a brand")
    for_brand(contract)
    contract.add_argument("--from", dest="from_on", required=True, help="first day, YYYY-MM-DD")
    contract.add_argument("--until", dest="until_on", required=True, help="last day")
    contract.add_argument("--price", default="0.02", help="per code and started year, tax included")
    contract.add_argument("--currency", default="CNY")
    contract.add_argument("--tax-bp", type=int, default=600, help="basis points: 600 is 6 %%")
    contract.add_argument("--grace", type=int, default=60, help="days in which issuing still works")
    contract.add_argument("--pay-within", type=int, default=30, help="days")
    contract.add_argument("--number", default="", help="your own contract number")
    for word in ("buyer", "buyer-tax-number", "buyer-address"):
        contract.add_argument(f"--{word}", default="")
    end = add("billing end", "billing:end", "end a contract earlier than agreed")
    for_brand(end)
    end.add_argument("number")
    end.add_argument("--until", dest="until_on", required=True, help="its new last day")
    block = add("billing block", "billing:block", "sell codes and years ahead")
    for_brand(block)
    block.add_argument("--contract", required=True, help="contract number")
    block.add_argument("--key", required=True, help="names the sale; the same one twice is one")
    block.add_argument("--codes", type=int, required=True)
    block.add_argument("--years", type=int, default=1)
    block.add_argument("--amount", required=True, help="tax included, e.g. 18000.00")
    block.add_argument("--until", dest="until_on", required=True, help="last day of its use")
