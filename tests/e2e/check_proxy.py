#!/usr/bin/python3
"""check_proxy - requests for the tests of `vanalyze proxy`, and Squid's own account of them.

  check_proxy.py ask PROXY:PORT HOST          asks for what origin.py has, through the proxy
  check_proxy.py judge SAMPLES.csv ACCESS.log compares classes

`ask` first asks one after another, with everything twice, over one connection; then for one slow URL
from eight threads at a time.

`judge` holds the rows of the samples against the lines of the log, which Squid writes in the order
in which requests end.  Of URLs that were asked for one at a time, MISS and REFRESH must be `miss`,
HIT `hit`, DENIED `undecidable`; a slow one took the origin's 200 ms behind the proxy, and longer in
front.  Of those asked for at the same time none may be a `hit`, and as many must be there.
"""
import collections
import csv
import http.client
import sys
import threading

CLASSES = {'TCP_MISS': 'miss', 'TCP_REFRESH_UNMODIFIED': 'miss', 'TCP_REFRESH_MODIFIED': 'miss',
           'TCP_HIT': 'hit', 'TCP_MEM_HIT': 'hit', 'TCP_DENIED': 'undecidable'}
TOGETHER = '/slow/together'


def get(connection, url):
    connection.request('GET', url)
    connection.getresponse().read()


def ask(proxy, host):
    c = http.client.HTTPConnection(*proxy.split(':'))
    for path in ('keep', 'check', 'never', 'slow', 'denied'):
        for i in list(range(8)) * 2 if path != 'slow' else [0]:
            get(c, f'http://{host}/{path}/{i}')
    c.close()

    def one():
        mine = http.client.HTTPConnection(*proxy.split(':'))
        get(mine, f'http://{host}{TOGETHER}')
        mine.close()
    threads = [threading.Thread(target=one) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def judge(samples, log):
    said, rows, faults = collections.defaultdict(list), collections.defaultdict(list), []
    with open(log, encoding='ascii') as f:
        for line in f:
            words = line.split()
            said[words[6]].append(words[3].split('/')[0])
    with open(samples, newline='', encoding='ascii') as f:
        for r in sorted(csv.DictReader(f), key=lambda r: int(r['t_request_ns'])):
            rows[r['uri']].append(r)
    if said.keys() != rows.keys():
        faults.append(f'URLs: {sorted(said.keys() ^ rows.keys())}')
    for url, results in said.items():
        classes = [r['class'] for r in rows[url]]
        if url.endswith(TOGETHER):
            if len(classes) != len(results) or 'hit' in classes:
                faults.append(f'{url}: {classes}; Squid says {results}')
        elif classes != [CLASSES[word] for word in results]:
            faults.append(f'{url}: {classes}; Squid says {results}')
        for r, word in zip(rows[url], results):
            if ('revalidated' in r['flags']) != (word == 'TCP_REFRESH_UNMODIFIED'):
                faults.append(f'{url}: {r["flags"]}; Squid says {word}')
            if '/slow/' in url and r['class'] == 'miss' and not (
                    200e6 <= int(r['latency_outer_ns']) <= int(r['latency_inner_ns'])):
                faults.append(f'{url}: {r}')
    for fault in faults:
        print(fault)
    print({word: sum(w == word for words in said.values() for w in words)
           for word in sorted({w for words in said.values() for w in words})})
    return bool(faults)


if __name__ == '__main__':
    sys.exit({'ask': ask, 'judge': judge}[sys.argv[1]](*sys.argv[2:]))
