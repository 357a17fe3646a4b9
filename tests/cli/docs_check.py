#!/usr/bin/python3
"""docs_check - do the documents tell what the programs do?

  docs_check.py CHECK WORKDIR

CHECK is one of the functions below whose names begin with check_, without that.  Each compares
README.md, docs/ and the manual pages with the programs (VCAP, VANALYZE, VREPORT), the schemas or
the source, prints a line per difference, and ends with status 1 if there is one.  The expected
side is always the program: a document follows it.

How README.md is read.  Blocks "```sh" are run in WORKDIR, in order, by bash; there `datasets`,
`docs` and `build/release` are those of the tree.  "```sh norun" needs root, the network or the
tests themselves, and is left out.  Every line of a block "```text", or of a table between
<!-- excerpt --> and <!-- /excerpt -->, that stands under the same heading behind a block that was
run must be a line of that block's output; so examples may leave lines out, but invent none.  Variables
that a block sets keep their values for those that follow, as in a reader's shell.  docs/findings.md is read
in the same way.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = {name: pathlib.Path(os.environ.get(name.upper(), f'build/release/{name}')).absolute()
            for name in ('vcap', 'vanalyze', 'vreport')}
DOCUMENTS = ['README.md', 'CONTRIBUTING.md'] + sorted(
    str(path.relative_to(ROOT)) for pattern in ('docs/*.md', 'datasets/**/*.md') for path in ROOT.glob(pattern))
# One dataset on which every kind of analysis and every kind of sample has rows.
SAMPLE = 'tests/data/recordings/lxc'
LOAD_REPORT = 'tests/data/tools/netperf-omni_k_all.txt'
SWEEP = ['tests/data/load/slides_udp.txt']
BASELINE = 'tests/data/recordings/native'
# A capture with HTTP, for what only TCP has.
CONNECTIONS = 'tests/data/public/http/captures/zeek_bro.org.pcap.zst'
# Two points of it, as if a proxy that costs nothing lay between them.
PROXY = [f'proxy-in={CONNECTIONS}', f'proxy-out={CONNECTIONS}']


def text_of(path):
    return (ROOT / path).read_text(encoding='utf-8')


def run(command, cwd, script=None):
    """(status, standard output, standard error)"""
    path = os.pathsep.join([str(PROGRAMS['vanalyze'].parent), os.environ['PATH']])
    done = subprocess.run(command, cwd=cwd, input=script, env={**os.environ, 'PATH': path},
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def program(name, *args, cwd=ROOT):
    status, out, errors = run([str(PROGRAMS[name]), *args], cwd)
    if status != 0:
        sys.exit(f'{name} {" ".join(args)}: status {status}: {errors}')
    return out


def workdir_of(path):
    """A tree to work in: what is read is that of the project, what is written stays here."""
    work = pathlib.Path(path)
    (work / 'build').mkdir(parents=True)
    for name in ('datasets', 'docs'):
        (work / name).symlink_to(ROOT / name)
    (work / 'build/release').symlink_to(PROGRAMS['vanalyze'].parent)
    return work


def same(what, documented, real):
    if list(documented) != list(real):
        yield f'{what}: documented {" ".join(documented)}; real {" ".join(real)}'


def same_set(what, documented, real):
    documented, real = set(documented), set(real)
    for name in sorted(real - documented):
        yield f'{what}: {name} is not documented'
    for name in sorted(documented - real):
        yield f'{what}: {name} is documented and does not exist'


# ---- commands in README.md ----

def pieces(markdown):
    """(kind, text): heading, sh, text, excerpt, or the info string of another block."""
    kind, lines = None, []
    for line in markdown.splitlines():
        if kind is None and line.startswith('```'):
            kind, lines = line[3:], []
        elif kind is None and line == '<!-- excerpt -->':
            kind, lines = 'excerpt', []
        elif kind is None and line.startswith('#'):
            yield 'heading', line
        elif kind is not None and line in ('```', '<!-- /excerpt -->'):
            yield kind, '\n'.join(lines)
            kind = None
        elif kind is not None:
            lines.append(line)
    if kind is not None:
        yield 'unfinished', kind


def examples_fail(document, workdir):
    work, shown, variables = workdir_of(workdir), None, ''
    for kind, text in pieces(text_of(document)):
        if kind == 'heading':
            shown = None
        elif kind == 'sh':
            status, out, errors = run(['bash', '-eu', '-s'], work, variables + text)
            shown = {line.rstrip() for line in out.splitlines()}
            variables += ''.join(f'{line}\n' for line in re.findall(r'^\w+=.*$', text, re.M))
            if status != 0:
                yield f'status {status} of\n{text}\n{errors}'
        elif kind in ('text', 'excerpt') and shown is not None:
            for line in text.splitlines():
                if line.rstrip() and line.rstrip() not in shown:
                    yield f'not in the output: {line}'
        elif kind == 'unfinished':
            yield f'{document}: a block of {text} does not end'


def check_readme(workdir):
    yield from examples_fail('README.md', workdir)


def check_findings(workdir):
    yield from examples_fail('docs/findings.md', workdir)


# ---- manual pages ----

def page_name(name):
    """Recording is an administrator's business: section 8."""
    return f'{name}.8' if name == 'vcap' else f'{name}.1'


def page_of(name):
    return text_of(f'docs/man/{page_name(name)}')


def rendered(name):
    """The page as text, without overstriking."""
    _, out, _ = run(['mandoc', '-Tutf8', '-Owidth=200', page_name(name)], ROOT / 'docs/man')
    return re.sub('.\b', '', out)


def examples(name):
    """The literal blocks under EXAMPLES."""
    section = page_of(name).partition('.Sh EXAMPLES\n')[2].partition('.Sh ')[0]
    for block in re.findall(r'^\.Bd -literal.*?\n(.*?)^\.Ed', section, re.M | re.S):
        yield block.replace('\\e', '\\')


def check_man_examples(workdir):
    work = workdir_of(workdir)
    recording, = (ROOT / 'tests/data/recordings/docker-nat/runs').glob('*-ping-guest-host-recv')
    for recorded, name in (('guest.pcap.zst', 'inside.pcap'), ('host.pcap.zst', 'veth.pcap'),
                           ('ping.txt', 'ping.txt')):
        shutil.copy(recording / recorded, work / name)
    for name in PROGRAMS:
        blocks = list(examples(name))
        if not blocks:
            yield f'{page_name(name)}: no examples'
        for block in blocks:
            status, _, errors = run(['bash', '-eu', '-s'], work, block)
            if status != 0:
                yield f'{page_name(name)}: status {status} of\n{block}\n{errors}'


def check_man_lint(_):
    pages = ROOT / 'docs/man'  # where mandoc looks for what they refer to
    for page in sorted(path.name for path in pages.iterdir()):
        _, out, errors = run(['mandoc', '-Tlint', '-Wstyle', page], pages)
        yield from (out + errors).splitlines()


OPTION = re.compile(r'^ {2,6}(?:(-\w)(?: \S+)?, |    )?(--[\w-]+)(?: (\S+))?(?= {2}|$)')


def options_in(text):
    """"-o, --output FILE" for each option that has a line in the text."""
    for line in text.splitlines():
        match = OPTION.match(line)
        if match:
            letter, name, arg = match.groups(default='')
            yield f'{letter + ", " if letter else ""}{name}{" " + arg if arg else ""}'


def commands_of(name):
    overview = program(name, '--help').partition('\nCommands:\n')[2].partition('\n\n')[0]
    return re.findall(r'^  (\w+) ', overview, re.M)


def groups(name):
    """(commands, options) of each subsection of the rendered OPTIONS; no commands: of all."""
    section = rendered(name).partition('\nOPTIONS\n')[2]
    section = re.split(r'^\S', section, 1, re.M)[0]
    for group in re.split(r'^ {3}(?=\S)', section, flags=re.M)[1:]:
        title = re.search(r'Of (every command|[\w, ]+)\.', group).group(1)
        commands = None if title == 'every command' else title.split(', ')
        yield commands, list(options_in(group))


def documented_options(name, command):
    if command is None or name == 'vcap':
        body = rendered(name)
        if command:
            body = re.search(rf'The options of [\w, ]*\b{command}\b[\w, ]* are as follows\.'
                             r'(.*?)(?=The options of |^\S)', body, re.M | re.S).group(1)
        return list(options_in(body))
    found = []
    for commands, options in groups(name):
        if commands is None or command in commands:
            found += options
    return found


def check_options(_):
    for name in PROGRAMS:
        for command in commands_of(name) or [None]:
            shown = program(name, 'help', command) if command else program(name, '--help')
            yield from same_set(f'{name} {command or ""}', documented_options(name, command),
                                options_in(shown))


def check_commands(_):
    for name in PROGRAMS:
        synopsis = page_of(name).partition('.Sh SYNOPSIS\n')[2].partition('.Sh ')[0]
        documented = [c for c in re.findall(r'^\.Cm (\w+)$', synopsis, re.M) if c != 'help']
        yield from same_set(page_name(name), documented, commands_of(name))
        if commands_of(name):
            lines = re.findall(rf'^    {name} (.*?)(?:  | \[|$)', text_of('docs/DESIGN.md'), re.M)
            yield from same_set(f'DESIGN.md: {name}', ' | '.join(lines).split(' | '),
                                commands_of(name))


# ---- formats ----

def block(path, info):
    """The lines of the block "```text INFO"."""
    text = dict(pieces(text_of(path))).get(f'text {info}')
    return [line.split() for line in text.splitlines()]


def described(path):
    """The words in backticks in the first cell of table rows."""
    cells = re.findall(r'^\| (`.*?) \|', text_of(path), re.M)
    return {word for cell in cells for word in re.findall(r'`(\w+)`', cell)}


def results_of(work):
    """The documents that vanalyze writes of the sample."""
    program('vanalyze', 'all', SAMPLE, '-o', str(work))
    for command in ('rtt', 'overhead', 'describe', 'ci', 'cdf'):
        program('vanalyze', command, SAMPLE, '--json', '-o', f'{work}/{command}.json')
    for command in ('kendall', 'outliers'):
        program('vanalyze', command, SAMPLE, '--metric', 'rtt_ns', '--json', '-o',
                f'{work}/{command}.json')
    for command in ('http', 'tcp'):
        program('vanalyze', command, CONNECTIONS, '--json', '-o', f'{work}/{command}.json')
    program('vanalyze', 'throughput', LOAD_REPORT, '--json', '-o', f'{work}/stated.json')
    program('vanalyze', 'throughput', *SWEEP, '--over', 'request_bytes', '--baseline', 'unknown', '--json', '-o',
            f'{work}/throughput.json')
    program('vanalyze', 'proxy', *PROXY, '--json', '-o', f'{work}/proxy.json')
    program('vanalyze', 'transit', SAMPLE, '--json', '-o', f'{work}/transit.json')
    program('vanalyze', 'compare', BASELINE, SAMPLE, '--json', '-o', f'{work}/compare.json')
    return sorted(work.glob('*.json'))


def check_results(workdir):
    work, known, seen = pathlib.Path(workdir), dict(block('docs/formats.md', 'results')), set()
    for path in results_of(work):
        for analysis in json.loads(path.read_text(encoding='utf-8'))['analyses']:
            kind = analysis['kind']
            if kind == 'counts':
                kind = f'counts:{analysis["metric"]}'
            seen.add(kind)
            for row in analysis['rows'][:1]:
                yield from same(f'{path.name}: {kind}', known.get(kind, '').split(','),
                                list(row)[len(analysis['by']):])
    yield from same_set('kinds of analyses', known, seen)
    for columns in known.values():
        yield from same_set('columns of results', set(columns.split(',')) & described(
            'docs/formats.md'), columns.split(','))
    # what a factor's column is renamed for: all of them but those that say what a row is of
    listed = text_of('core/results.c').partition('value_columns[] =')[2].partition(';')[0]
    of_rows = {'platform', 'driver', 'dataset', 'run', 'point', 'inner', 'outer', 'metric', 'host', 'name', 'id'}
    values = {c for columns in known.values() for c in columns.split(',') if c} - of_rows
    for name in sorted(values - set(re.findall(r'\w+', listed))):
        yield f'core/results.c: value_columns lacks {name}'


def check_csv(_):
    known = dict(block('docs/formats.md', 'results'))
    for command, kind in (('rtt', 'summary'), ('ci', 'ci'), ('cdf', 'cdf'),
                          ('describe', 'describe'), ('kendall', 'kendall'),
                          ('outliers', 'outliers')):
        header = program('vanalyze', command, '--csv', SAMPLE).partition('\n')[0]
        if not header.endswith(',' + known[kind]):
            yield f'vanalyze {command} --csv: {header}'
    header = program('vanalyze', 'compare', '--csv', BASELINE, SAMPLE).partition('\n')[0]
    if not header.endswith(',' + known['compare']):
        yield f'vanalyze compare --csv: {header}'


def check_schema(workdir):
    work = pathlib.Path(workdir)
    example = dict(pieces(text_of('docs/DESIGN.md')))['json']
    work.mkdir(parents=True)
    (work / 'run.json').write_text(example, encoding='utf-8')
    for schema, files in (('run', [work / 'run.json']), ('results', results_of(work / 'results'))):
        status, out, errors = run([sys.executable, 'tests/oracle/validate.py',
                                   f'docs/schema/{schema}-1.schema.json', *map(str, files)], ROOT)
        if status != 0:
            yield out + errors


def check_run_keys(_):
    schema = json.loads(text_of('docs/schema/run-1.schema.json'))
    section = text_of('docs/formats.md').partition('\n## run.json\n')[2].partition('\n## ')[0]
    words = set(re.findall(r'`([\w.]+)`', section))
    keys = set(schema['properties'])
    for name in ('hosts', 'points', 'tools', 'counters', 'events'):
        keys |= set(schema['properties'][name]['items']['properties'])
    for key in sorted(keys - words):
        yield f'formats.md: key {key} of run.json is not described'
    taken = schema['properties']['factors']['propertyNames']['not']['enum']
    reserved = [word for line in block('docs/formats.md', 'reserved') for word in line]
    yield from same('names that are taken', reserved, taken)


def header_of_samples(table, work):
    if table == 'flows':
        path = work / 'flows.csv'
        program('vanalyze', 'tcp', '--flows', str(path), CONNECTIONS)
        return path.read_text(encoding='utf-8').partition('\n')[0]
    source = [CONNECTIONS] if table in ('http', 'tcp', 'throughput') else PROXY if table == 'proxy' else [SAMPLE]
    return program('vanalyze', table, '--samples', '-', *source).partition('\n')[0]


def check_samples(workdir):
    work = pathlib.Path(workdir)
    work.mkdir(parents=True)
    for command, columns in block('docs/formats.md', 'samples'):
        header = header_of_samples(command, work)
        if not f'{header},'.startswith(columns + ',platform,driver,'):
            yield f'{command}: documented {columns}; real {header}'
        yield from same_set(f'columns of {command} samples', set(columns.split(',')) & described(
            'docs/formats.md'), columns.split(','))


def check_flags(_):
    words = re.findall(r'^\t\{FLAG_(\w+), "(\w+)",\s+"(.*)"\},$', text_of('analyze/flags.c'), re.M)
    excluded = re.search(r'define FLAGS_EXCLUDED \((.*)\)', text_of('analyze/flags.h')).group(1)
    rows = re.findall(r'^\| `(\w+)` \| (.*?) \|.*\| (.*?) \|$', text_of('docs/flags.md'), re.M)
    yield from same('flags', [word for word, _, _ in rows], [word for _, word, _ in words])
    for (name, word, meaning), (_, said, use) in zip(words, rows):
        yield from same(f'meaning of {word}', [said], [meaning])
        if (use == 'left out') != (f'FLAG_{name}' in excluded.split(' | ')):
            yield f'{word}: "{use}" in docs/flags.md; left out are {excluded}'


# ---- links ----

def anchors(path):
    for title in re.findall(r'^#+ (.*)$', path.read_text(encoding='utf-8'), re.M):
        yield re.sub(r'[^\w -]', '', title.lower()).replace(' ', '-')


def check_links(_):
    for name in DOCUMENTS:
        for target in re.findall(r'\]\((?!https?:)([^)]*)\)', text_of(name)):
            file, _, anchor = target.partition('#')
            path = ROOT / name if not file else (ROOT / name).parent / file
            if not path.exists():
                yield f'{name}: {target}: no such file'
            elif anchor and anchor not in anchors(path):
                yield f'{name}: {target}: no such heading'
        for path in re.findall(r'`((?:\.ci|core|capture|analyze|report|tests|docs)/[\w./-]*)`',
                               text_of(name)):
            if not (ROOT / path).exists() and not (ROOT / f'{path}.h').exists():
                yield f'{name}: {path} does not exist'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    differences = list(globals()[f'check_{sys.argv[1]}'](sys.argv[2]))
    for line in differences:
        print(line)
    sys.exit(bool(differences))


if __name__ == '__main__':
    main()
