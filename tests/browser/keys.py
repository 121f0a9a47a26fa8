"""Going through pages by keys alone, as people do who cannot hold a mouse."""

FOCUS = """() => {
  const one = document.activeElement, drawn = getComputedStyle(one);
  if (one.type?.startsWith("date")) return true; /* its parts draw their own */
  const around = one.closest("dialog") ? getComputedStyle(one.closest("dialog")) : drawn;
  return [drawn.outlineStyle, around.outlineStyle].some((style) => style !== "none");
}"""


def skip_to_content(page):
    """The first Tab of a page offers to skip its navigation; a form sent by GET stays there."""
    if page.url.endswith("#content"):
        return
    page.keyboard.press("Tab")
    page.locator(".skip:focus").wait_for(state="attached")
    page.keyboard.press("Enter")


def tab_to(page, wanted, *, most=200):
    """Press Tab until ``wanted`` has the focus; every stop on the way can be seen."""
    for _press in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS), page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {most} Tabs")


def press(page, wanted):
    """Go to a link or button and press it."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def write(page, wanted, text):
    """Go to a field and fill it."""
    tab_to(page, wanted)
    page.keyboard.type(text)
