#!/usr/bin/python3
"""browser_check PAGE... [--shots DIR] - look at vreport's HTML pages with a real Chromium.

Prints a line for each thing that is wrong and ends with status 1 if there is one.  Looked at, in
windows of 360 and 1400 pixels, light and dark:

  - nothing is written to the console, nothing is asked of the network, no dialog opens
  - the page is no wider than the window, and what sticks out of it scrolls in a box of its own
  - no two labels overlap: texts of a drawing, cells of a row, cards of the overview
  - every text has a contrast of at least 4.5 to what is behind it (WCAG 2.1, 1.4.3)
  - ids are unique, every link inside the page has its target, every drawing its name
  - a click on a heading sorts the rows, another turns them round, a third restores them
  - the filter of a long table hides rows
  - a link from a table to the runs behind a cell opens their list, and the list opens by keyboard
  - the first thing that the tab key reaches leads past the navigation, and focus can be seen
  - on paper nothing is wider than the sheet, and nothing is cut off by a box that scrolls

The browser is spoken to by its DevTools protocol over a pipe (file descriptors 3 and 4, messages
that end in a zero byte), so nothing listens on any port.  It is Debian's chromium, or what
CHROMIUM names.
"""
import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FLAGS = ('--headless --no-sandbox --disable-gpu --disable-quic --no-first-run '
         '--disable-background-networking --disable-component-update --disable-sync '
         '--disable-dev-shm-usage --disable-extensions --hide-scrollbars --mute-audio '
         '--remote-debugging-pipe').split()
WIDTHS = (360, 1400)
SCHEMES = ('light', 'dark')

# Each is a function body that returns a list of complaints.
LAYOUT = r'''
const wrong = [], width = document.documentElement.clientWidth, eps = 1;
const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' "' +
	e.textContent.trim().slice(0, 30) + '"';
if (document.documentElement.scrollWidth > width || width !== WIDTH)
	wrong.push('the page is ' + document.documentElement.scrollWidth + ' px wide');
for (const e of document.querySelectorAll('body *')) {
	const r = e.getBoundingClientRect();
	if (r.width && (r.right > width + eps || r.left < -eps) && !e.closest('.scroll') &&
	    !e.closest('caption'))
		wrong.push('sticks out: ' + name(e) + ' ' + r.left + '..' + r.right);
}
for (const e of document.querySelectorAll('.scroll'))
	if (e.scrollWidth > e.clientWidth + eps && getComputedStyle(e).overflowX !== 'auto')
		wrong.push('does not scroll: ' + name(e));
const overlap = (list, what) => {
	const boxes = [...list].map(e => [e, e.getBoundingClientRect()])
		.filter(([e, r]) => r.width && r.height && e.checkVisibility());
	for (let i = 0; i < boxes.length; i++)
		for (let k = i + 1; k < boxes.length; k++) {
			const a = boxes[i][1], b = boxes[k][1];
			if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > eps &&
			    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > eps)
				wrong.push(what + ' overlap: ' + name(boxes[i][0]) + ' and ' + name(boxes[k][0]));
		}
};
document.querySelectorAll('svg').forEach(s => overlap(s.querySelectorAll('text'), 'labels'));
document.querySelectorAll('svg').forEach(s => {
	const frame = s.getBoundingClientRect();
	s.querySelectorAll('text').forEach(t => {
		const r = t.getBoundingClientRect();
		if (r.left < frame.left - eps || r.right > frame.right + eps ||
		    r.top < frame.top - eps || r.bottom > frame.bottom + eps)
			wrong.push('label leaves the drawing: ' + name(t));
	});
});
document.querySelectorAll('tr').forEach(r => overlap(r.querySelectorAll('th button, th:not(:has(button)), td'), 'cells'));
document.querySelectorAll('td.n, td[data-v]').forEach(c => {
	if (c.scrollWidth > c.clientWidth + eps) wrong.push('content leaves its cell: ' + name(c));
});
overlap(document.querySelectorAll('.findings > li'), 'cards');
overlap(document.querySelectorAll('main h2, main h3, main .scroll, main p'), 'blocks');
return wrong;
'''

CONTRAST = r'''
const wrong = new Set();
const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
const light = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 :
	((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
const behind = e => { for (; e; e = e.parentElement) {
	const c = rgb(getComputedStyle(e).backgroundColor);
	if (c.length === 3 || c[3] === 1) return c;
	if (c[3] > 0) { const b = behind(e.parentElement);
		return b.slice(0, 3).map((v, i) => v + c[3] * (c[i] - v)); } } return [255, 255, 255]; };
for (const e of document.querySelectorAll('body *')) {
	const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
	if (!own || !e.getClientRects().length || !e.checkVisibility() || e.closest('script,style,caption,desc,title'))
		continue;
	const style = getComputedStyle(e), drawn = e.ownerSVGElement;
	const a = light(rgb(drawn ? style.fill : style.color)), b = light(behind(e));
	const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	if (ratio < 4.5)
		wrong.add('contrast ' + ratio.toFixed(2) + ': ' + e.tagName + '.' +
			(e.className.baseVal || e.className) + ' "' + e.textContent.trim().slice(0, 30) + '"');
}
return [...wrong];
'''

STRUCTURE = r'''
const wrong = [], seen = new Set();
for (const e of document.querySelectorAll('[id]')) {
	if (seen.has(e.id)) wrong.push('id twice: ' + e.id);
	seen.add(e.id);
}
for (const a of document.querySelectorAll('a[href^="#"]'))
	if (!seen.has(a.getAttribute('href').slice(1))) wrong.push('no target: ' + a.outerHTML);
for (const e of document.querySelectorAll('[aria-labelledby]'))
	for (const id of e.getAttribute('aria-labelledby').split(' '))
		if (!seen.has(id)) wrong.push('no label ' + id);
for (const s of document.querySelectorAll('svg'))
	if (!s.querySelector('title').textContent || !s.querySelector('desc').textContent)
		wrong.push('a drawing without title or description');
for (const t of document.querySelectorAll('table')) {
	if (!t.caption || !t.caption.textContent) wrong.push('a table without caption');
	for (const h of t.querySelectorAll('th'))
		if (!h.scope) wrong.push('a heading without scope: ' + h.textContent);
}
const levels = [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1]);
if (levels[0] !== 1 || levels.filter(l => l === 1).length !== 1) wrong.push('not one h1');
levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) wrong.push('a heading level is skipped'); });
for (const e of document.querySelectorAll('body *'))
	for (const a of e.attributes)
		if (/^on/i.test(a.name)) wrong.push('a handler: ' + e.outerHTML.slice(0, 80));
if (document.querySelectorAll('script').length !== 1) wrong.push('not one script');
if (document.querySelector('iframe, img, object, embed, form, base')) wrong.push('a foreign element');
return wrong;
'''

SORTING = r'''
const wrong = [];
for (const t of document.querySelectorAll('table.sort')) {
	const rows = () => [...t.tBodies[0].rows], first = rows(), heads = [...t.tHead.rows].pop().cells;
	if (first.length < 2) continue;
	[...heads].forEach((h, i) => {
		const what = t.caption.textContent + ' / ' + h.textContent.trim(), b = h.querySelector('button');
		if (!b) { wrong.push('no button: ' + what); return; }
		const values = () => rows().map(r => h.classList.contains('n') ?
			r.cells[i].dataset.v : r.cells[i].textContent).filter(v => v !== undefined);
		const sorted = (v, s) => v.every((x, k) => !k || s * (h.classList.contains('n') ?
			Number(v[k - 1]) - Number(x) :
			v[k - 1].localeCompare(x, 'en', {numeric: true})) <= 0);
		b.click();
		if (h.getAttribute('aria-sort') !== 'ascending' || !sorted(values(), 1))
			wrong.push('not ascending: ' + what);
		b.click();
		if (h.getAttribute('aria-sort') !== 'descending' || !sorted(values(), -1))
			wrong.push('not descending: ' + what);
		b.click();
		if (h.hasAttribute('aria-sort') || rows().some((r, k) => r !== first[k]))
			wrong.push('not as before: ' + what);
	});
	const input = t.parentNode.parentNode.querySelector('.filter input');
	if (first.length > 15 && !input) wrong.push('no filter: ' + t.caption.textContent);
	if (input) {
		input.value = 'no such row';
		input.dispatchEvent(new Event('input'));
		if (rows().some(r => !r.hidden)) wrong.push('the filter hides nothing');
		input.value = '';
		input.dispatchEvent(new Event('input'));
		if (rows().some(r => r.hidden)) wrong.push('the filter keeps rows hidden');
	}
}
return wrong;
'''


DRILL = r'''
const wrong = [];
for (const a of document.querySelectorAll('a.runs')) {
	const box = document.getElementById(a.getAttribute('href').slice(1));
	if (!box || box.tagName !== 'DETAILS' || !box.closest('#runs')) wrong.push('leads to no list: ' + a.outerHTML);
}
const a = document.querySelector('section.table a.runs');
if (document.querySelector('#runs') && !a) wrong.push('no table leads to the runs');
if (a) {
	const box = document.getElementById(a.getAttribute('href').slice(1));
	if (box.open) wrong.push('open before it was asked for');
	a.click();
	if (!box.open) wrong.push('stays folded: ' + box.id);
	if (!box.querySelector('tbody th')) wrong.push('a list without runs: ' + box.id);
}
return wrong;
'''

FOCUS = r'''
const wrong = [], seen = document.activeElement, style = getComputedStyle(seen);
if (!seen.matches('a.skip')) wrong.push('the tab key reaches first: ' + seen.outerHTML.slice(0, 80));
if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('focus cannot be seen');
if (seen.getBoundingClientRect().left < 0 || style.clipPath !== 'none') wrong.push('hidden though in focus');
return wrong;
'''

PRINT = r'''
const wrong = [], width = document.documentElement.clientWidth, eps = 1;
if (document.documentElement.scrollWidth > width + eps)
	wrong.push('wider than the sheet: ' + document.documentElement.scrollWidth + ' of ' + width);
for (const e of document.querySelectorAll('.scroll, section, figure, table')) {
	if (!e.checkVisibility()) continue;
	const r = e.getBoundingClientRect(), style = getComputedStyle(e);
	const what = (e.id || e.closest('[id]').id) + ' ' + e.tagName;
	if (r.right > width + eps) wrong.push('leaves the sheet: ' + what + ' ' + Math.round(r.right));
	if (style.overflowX !== 'visible' || style.maxHeight !== 'none') wrong.push('is cut: ' + what);
}
for (const e of document.querySelectorAll('nav, .filter, .skip'))
	if (e.checkVisibility()) wrong.push('of no use on paper: ' + e.className);
if (getComputedStyle(document.body).color !== 'rgb(0, 0, 0)') wrong.push('not black on white');
return wrong;
'''
# A4 landscape less its margins, in pixels
SHEET = 1032


class Browser:
    """One Chromium with one page, and the events that it sent meanwhile."""

    def __init__(self, home):
        ours_read, its_write = os.pipe()
        its_read, ours_write = os.pipe()

        def pipes():
            # to numbers above 4 first, so that neither is overwritten
            read, write = os.dup2(its_read, 30), os.dup2(its_write, 31)
            os.dup2(read, 3)
            os.dup2(write, 4)

        command = [os.environ.get('CHROMIUM', 'chromium'), *FLAGS, f'--user-data-dir={home}']
        self.process = subprocess.Popen(command, preexec_fn=pipes, close_fds=False,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL,
                                        env={**os.environ, 'HOME': home})
        os.close(its_read)
        os.close(its_write)
        self.write, self.read = ours_write, ours_read
        self.buffer, self.serial, self.events, self.session = b'', 0, [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target,
                                 flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(f'{domain}.enable')

    def message(self):
        while b'\0' not in self.buffer:
            piece = os.read(self.read, 1 << 20)
            if not piece:
                sys.exit('browser_check: the browser ended')
            self.buffer += piece
        text, _, self.buffer = self.buffer.partition(b'\0')
        return json.loads(text)

    def call(self, method, **params):
        self.serial += 1
        request = {'id': self.serial, 'method': method, 'params': params}
        if self.session:
            request['sessionId'] = self.session
        data = json.dumps(request).encode() + b'\0'
        while data:
            data = data[os.write(self.write, data):]
        while True:
            answer = self.message()
            if answer.get('id') == self.serial:
                if 'error' in answer:
                    sys.exit(f'browser_check: {method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def wait(self, method):
        while not any(e.get('method') == method for e in self.events):
            self.events.append(self.message())

    def run(self, body):
        result = self.call('Runtime.evaluate', expression='(() => {%s})()' % body,
                           returnByValue=True)
        if 'exceptionDetails' in result:
            return [f'exception: {result["exceptionDetails"]}']
        return result['result']['value']

    def close(self):
        self.session = None
        self.call('Browser.close')
        self.process.wait(timeout=20)


def loud(events):
    """What a quiet page does not do."""
    for event in events:
        method, params = event.get('method'), event.get('params', {})
        if method in ('Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded',
                      'Page.javascriptDialogOpening'):
            yield f'{method}: {json.dumps(params)[:300]}'
        elif method == 'Network.requestWillBeSent':
            url = params['request']['url']
            if not url.startswith(('file:', 'data:')):
                yield f'asks for {url}'


def look(browser, path, shots):
    url = pathlib.Path(path).absolute().as_uri()
    for scheme in SCHEMES:
        for width in WIDTHS:
            browser.events = []
            browser.call('Emulation.setDeviceMetricsOverride', width=width, height=900,
                         deviceScaleFactor=1, mobile=width < 600)
            browser.call('Emulation.setEmulatedMedia',
                         features=[{'name': 'prefers-color-scheme', 'value': scheme}])
            browser.call('Page.navigate', url=url)
            browser.wait('Page.loadEventFired')
            where = f'{path}: {width} px, {scheme}'
            checks = [LAYOUT, CONTRAST]
            if (scheme, width) == ('light', 1400):
                checks += [STRUCTURE, SORTING, DRILL]
            for check in checks:
                yield from (f'{where}: {line}' for line in browser.run(check.replace('WIDTH', str(width)))[:20])
            yield from (f'{where}: {line}' for line in loud(browser.events))
            if shots:
                image = browser.call('Page.captureScreenshot', format='png',
                                     captureBeyondViewport=True)
                name = f'{pathlib.Path(path).stem}-{width}-{scheme}.png'
                (pathlib.Path(shots) / name).write_bytes(base64.b64decode(image['data']))


def look_on_paper(browser, path):
    browser.call('Emulation.setDeviceMetricsOverride', width=SHEET, height=700,
                 deviceScaleFactor=1, mobile=False)
    browser.call('Emulation.setEmulatedMedia', media='print',
                 features=[{'name': 'prefers-color-scheme', 'value': 'dark'}])
    yield from (f'{path}: print: {line}' for line in browser.run(PRINT)[:20])
    browser.call('Emulation.setEmulatedMedia', media='')


def look_at_focus(browser, path):
    url = pathlib.Path(path).absolute().as_uri()
    browser.events = []
    browser.call('Page.navigate', url=url)
    browser.wait('Page.loadEventFired')
    for kind in ('rawKeyDown', 'keyUp'):
        browser.call('Input.dispatchKeyEvent', type=kind, key='Tab', code='Tab',
                     windowsVirtualKeyCode=9)
    yield from (f'{path}: focus: {line}' for line in browser.run(FOCUS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('pages', nargs='+')
    parser.add_argument('--shots', metavar='DIR', help='also keep a picture of each')
    args = parser.parse_args()
    wrong = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = Browser(home)
        for page in args.pages:
            wrong += look(browser, page, args.shots)
            wrong += look_on_paper(browser, page)
            wrong += look_at_focus(browser, page)
        browser.close()
    for line in wrong:
        print(line)
    sys.exit(bool(wrong))


if __name__ == '__main__':
    main()
