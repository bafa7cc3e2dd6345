import { expect, test } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine } from '../../machine.ts';

const REFUSAL = `error: externally-managed-environment

× This environment is externally managed
╰─> To install Python packages system-wide, try apt install
    python3-xyz, where xyz is the package you are trying to
    install.
    
    If you wish to install a non-Debian-packaged Python package,
    create a virtual environment using python3 -m venv path/to/venv.
    Then use path/to/venv/bin/python and path/to/venv/bin/pip. Make
    sure you have python3-full installed.
    
    If you wish to install a non-Debian packaged Python application,
    it may be easiest to use pipx install xyz, which will manage a
    virtual environment for you. Make sure you have pipx installed.
    
    See /usr/share/doc/python3.11/README.venv for more information.

note: If you believe this is a mistake, please contact your Python installation or OS distribution provider. You can override this, at the risk of breaking your Python installation or OS, by passing --break-system-packages.
hint: See PEP 668 for the detailed specification.
`;

test('the distribution keeps pip out of its own python3; what is forced in, its python3 finds', async () => {
  const machine = await createMachine({ files: {}, images: ['debian:bookworm-slim'], host: nodeHost });
  const inside = (command: string): ReturnType<typeof machine.run> => machine.run(`docker exec box sh -c '${command}'`);
  await machine.run('docker run -d --name box debian:bookworm-slim sleep 10000');
  expect((await inside('apt-get update && apt-get install -y python3 python3-pip')).exit).toBe(0);
  expect(await inside('pip install flask')).toEqual({ exit: 1, stdout: '', stderr: REFUSAL });
  expect((await inside('python3 -c "import flask"')).exit).toBe(1);
  expect((await inside('pip install --break-system-packages flask==3.1.0')).exit).toBe(0);
  expect((await inside('python3 -c "import flask; print(flask.__version__)"')).stdout).toBe('3.1.0\n');
  machine.stop();
}, 60_000);

test('in the official image pip and python3 share site-packages', async () => {
  const machine = await createMachine({ files: {}, images: ['python:3.13-slim'], host: nodeHost });
  const shown = await machine.run(
    'docker run --rm python:3.13-slim sh -c "pip install -q flask==3.1.0 2> /dev/null; python -c \'import flask; print(flask.__version__)\'; ls -d /usr/local/lib/python3.13/site-packages/flask"',
  );
  expect(shown).toEqual({ exit: 0, stdout: '3.1.0\n/usr/local/lib/python3.13/site-packages/flask\n', stderr: '' });
  machine.stop();
}, 60_000);
