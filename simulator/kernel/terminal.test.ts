import { describe, expect, it } from 'vitest';
import { startOn, testKernel } from './testing.ts';
import type { KernelCore } from './core.ts';
import type { Pty } from './kernel.ts';
import type { Program } from './programs.ts';

/** A program on a terminal; `type` sends keys and lets the machine come to rest. */
async function onTerminal(main: Program) {
  const kernel: KernelCore = testKernel({});
  const pty: Pty = kernel.createPty({ columns: 80, rows: 24 });
  const stdio = { kind: 'pty', pty } as const;
  const process = startOn(kernel, main, { stdio: [stdio, stdio, stdio], terminal: true });
  let screen = '';
  void (async () => {
    for (;;) {
      const bytes = await pty.master.read();
      if (bytes.length === 0) return;
      screen += new TextDecoder().decode(bytes);
    }
  })();
  await kernel.clock.settle(10);
  return {
    kernel,
    pty,
    process,
    /** What appeared since the last look. */
    seen: () => {
      const text = screen;
      screen = '';
      return text;
    },
    type: async (keys: string) => {
      await pty.master.write(keys);
      await kernel.clock.settle(100);
    },
  };
}

const readLines: Program = async (sys) => {
  for (;;) {
    const line = await sys.read(0);
    await sys.write(1, `<${JSON.stringify(new TextDecoder().decode(line))}>`);
    if (line.length === 0) return 0;
  }
};

describe('the line discipline', () => {
  it('hands over whole lines, echoed, with \\n as \\r\\n', async () => {
    const t = await onTerminal(readLines);
    await t.type('hel');
    expect(t.seen()).toBe('hel');
    await t.type('lo\r');
    expect(t.seen()).toBe('lo\r\n<"hello\\n">');
  });

  it('edits: backspace, ^W, ^U, UTF-8 as one character', async () => {
    const t = await onTerminal(readLines);
    await t.type('abx\x7fc\r');
    expect(t.seen()).toBe('abx\b \bc\r\n<"abc\\n">');
    await t.type('one two \x17three\r');
    expect(t.seen()).toBe(`one two ${'\b \b'.repeat(4)}three\r\n<"one three\\n">`);
    await t.type('junk\x15ok\r');
    expect(t.seen()).toBe(`junk${'\b \b'.repeat(4)}ok\r\n<"ok\\n">`);
    await t.type('né\x7f\r');
    expect(t.seen()).toBe('né\b \b\r\n<"n\\n">');
  });

  it('takes ^D as the end only at the start of a line', async () => {
    const t = await onTerminal(readLines);
    await t.type('ab\x04');
    expect(t.seen()).toBe('ab<"ab">');
    await t.type('\x04');
    expect(t.seen()).toBe('<"">');
    expect(t.process.state).toBe('dead');
  });

  it('makes signals of ^C, ^\\ and throws the line away', async () => {
    const t = await onTerminal(readLines);
    await t.type('abc\x03');
    expect([t.seen(), await t.process.exited]).toEqual(['abc^C', { signal: 'SIGINT' }]);
    const u = await onTerminal(readLines);
    await u.type('\x1c');
    expect([u.seen(), await u.process.exited]).toEqual(['^\\', { signal: 'SIGQUIT', core: true }]);
  });

  it('gives every key at once in raw mode', async () => {
    const t = await onTerminal(async (sys) => {
      sys.terminalMode(0, { canonical: false, echo: false, signals: false, crToNl: false, postprocess: false });
      for (;;) {
        const keys = await sys.read(0);
        await sys.write(1, `<${JSON.stringify(new TextDecoder().decode(keys))}>\n`);
      }
    });
    await t.type('a\x03\r\x1b[A');
    expect(t.seen()).toBe('<"a\\u0003\\r\\u001b[A">\n');
  });

  it('tells the foreground of a new size', async () => {
    const t = await onTerminal(async (sys) => {
      sys.signal('SIGWINCH', () => void sys.write(1, `${sys.windowSize(0).columns}`));
      await sys.sleep(1e6);
      return 0;
    });
    t.pty.resize({ columns: 100, rows: 30 });
    await t.kernel.clock.settle(10);
    expect(t.seen()).toBe('100');
  });

  it('hangs up: SIGHUP for the leader', async () => {
    const t = await onTerminal(readLines);
    t.pty.master.close();
    expect(await t.process.exited).toEqual({ signal: 'SIGHUP' });
  });
});

describe('job control', () => {
  it('stops a background reader, continues it in the foreground, stops it again by ^Z', async () => {
    const t = await onTerminal(async (sys) => {
      for (const signal of ['SIGTTOU', 'SIGTTIN', 'SIGTSTP'] as const) sys.signal(signal, 'ignore');
      const job = sys.fork(
        async (child) => {
          for (const signal of ['SIGTTOU', 'SIGTTIN', 'SIGTSTP'] as const) child.signal(signal, 'default');
          for (;;) {
            const line = await child.read(0);
            if (line.length === 0) return 4;
            await child.write(1, `got ${new TextDecoder().decode(line)}`);
          }
        },
        { pgid: 0 },
      );
      const told: unknown[] = [];
      const wait = async () => told.push((await sys.wait(job, { untraced: true }))?.status);
      await wait();
      sys.foregroundGroup(0, job);
      sys.kill(-job, 'SIGCONT');
      await wait();
      await wait();
      sys.foregroundGroup(0, sys.pgid);
      await sys.write(1, JSON.stringify(told));
      sys.foregroundGroup(0, job);
      sys.kill(-job, 'SIGCONT');
      await wait();
      await wait();
      sys.foregroundGroup(0, sys.pgid);
      await sys.write(1, JSON.stringify(told.slice(3)));
      return 0;
    });
    await t.type('hello\r');
    expect(t.seen()).toBe('hello\r\ngot hello\r\n');
    await t.type('\x1a');
    expect(t.seen()).toBe('^Z[{"stopped":"SIGTTIN"},{"continued":true},{"stopped":"SIGTSTP"}]');
    await t.type('\x04');
    expect(t.seen()).toBe('[{"continued":true},{"code":4}]');
    expect(await t.process.exited).toEqual({ code: 0 });
  });
});
