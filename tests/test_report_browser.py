"""The report in a real browser.

Without Chromium these tests are skipped; SKN_NOISE_BROWSER=required lets them fail.
"""

import json
import os
import shutil
from types import SimpleNamespace

import pytest
from curves import curve_of
from reports import study_of_digits

from skn_noise import write_report
from skn_noise.report._report import summary_table

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
IS_REQUIRED = os.environ.get("SKN_NOISE_BROWSER") == "required"
pytestmark = pytest.mark.skipif(
    not (IS_REQUIRED or (BROWSER and DRIVER)),
    reason="needs a browser: apt-get install chromium chromium-driver",
)
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


@pytest.fixture(scope="module")
def browser():
    assert None not in (BROWSER, DRIVER), "install chromium and chromium-driver"
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage"):
        options.add_argument(f"--{argument}")
    service = webdriver.ChromeService(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of two regimes, where it is, and what it was written of."""
    study = study_of_digits()
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, dataset="digits", **study)
    return SimpleNamespace(url=path.as_uri(), curves=study["curves"])


def read(browser, selector):
    """Return the texts of the elements that a selector finds."""
    script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)"
    return browser.execute_script(script, selector)


def set_dark(browser, is_dark):
    scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def colors(browser, selector, *properties):
    """Return red, green and blue of an element's properties."""
    script = (
        "const style = getComputedStyle(document.querySelector(arguments[0]));"
        "return arguments[1].map(name => style.getPropertyValue(name))"
    )
    texts = browser.execute_script(script, selector, properties)
    return [
        [int(n) for n in text[text.index("(") + 1 : -1].split(",")[:3]]
        for text in texts
    ]


def contrast(one, other):
    """Return the contrast of two colours, as WCAG 2 defines it."""
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color):
    shares = [level / 255 for level in color]
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_report_opens_without_errors_and_asks_for_nothing_else(browser, page):
    browser.get_log("performance")
    browser.get(page.url)
    logged = [
        json.loads(entry["message"])["message"]
        for entry in browser.get_log("performance")
    ]
    requested = {
        event["params"]["request"]["url"].partition(":")[0]: event["params"]["type"]
        for event in logged
        if event["method"] == "Network.requestWillBeSent"
    }
    assert requested == {"file": "Document", "data": "Image"}
    assert browser.get_log("browser") == []


def test_every_picture_has_a_size_and_words(browser, page):
    browser.get(page.url)
    pictures = browser.execute_script(
        "return [...document.querySelectorAll('figure svg')].map(svg => {"
        "const box = svg.getBoundingClientRect();"
        "return [box.width, box.height, svg.getAttribute('aria-label')]})"
    )
    assert len(pictures) == 2 + 1 + 2 * 2 + 1
    assert all(width > 300 and height > 200 for width, height, _ in pictures)
    assert all(len(words) > 50 for _, _, words in pictures)


def test_every_name_is_there_once(browser, page):
    browser.get(page.url)
    names = browser.execute_script(
        "return [...document.querySelectorAll('[id]')].map(e => e.id)"
    )
    assert len(set(names)) == len(names)


def test_the_table_has_the_figures_of_the_summary(browser, page):
    browser.get(page.url)
    shown = set(read(browser, "#table figure:first-of-type td"))
    summary = summary_table(page.curves).query("metric == 'accuracy'")
    for row in summary.itertuples():
        text = f"{row.mean:.4f}"
        if row.split == "validation":
            text += f" [{row.lower:.4f}, {row.upper:.4f}]"
        assert text in shown


@pytest.mark.parametrize("is_dark", [False, True])
def test_text_and_the_ink_of_pictures_can_be_read(browser, page, is_dark):
    set_dark(browser, is_dark)
    browser.get(page.url)
    text, ground = colors(browser, "body", "color", "background-color")
    assert (sum(ground) < sum(text)) == is_dark
    for selector, least in [("body", 7), ("figcaption", 4.5), ("a", 4.5), ("dt", 4.5)]:
        (color,) = colors(browser, selector, "color")
        assert contrast(color, ground) >= least, selector
    (ink,) = colors(browser, "svg [style*='currentColor']", "color")
    assert contrast(ink, ground) >= 7
    set_dark(browser, False)


def test_on_a_phone_only_tables_and_wide_pictures_scroll(browser, page):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    browser.get(page.url)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width == PHONE["width"]


def test_names_of_data_and_curves_are_text_whatever_they_hold(browser, tmp_path):
    path, name = tmp_path / "report.html", "<script>throw 'run'</script><b>&"
    write_report(path, {name: curve_of([0.9, 0.8], scales=[1, 2])}, dataset=name)
    browser.get(path.as_uri())
    assert browser.get_log("browser") == []
    assert name in read(browser, "h1")[0]
