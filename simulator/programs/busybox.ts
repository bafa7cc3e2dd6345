/** The multi-call binary: runs the applet its name, or its first argument, asks for. */
import type { Program } from '../kernel/programs.ts';
import { Io, runTool, withArgv } from './io.ts';
import { BUSYBOX_APPLETS } from './names.ts';
import { BUSYBOX_BANNER } from './options.ts';

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Finds the program of an applet. */
export type AppletLoader = (name: string) => (() => Promise<Program>) | undefined;

/** The program `busybox`, whose applets come from `find`. */
export const busybox =
  (find: AppletLoader): Program =>
  async (sys) => {
    let name = baseName(sys.argv[0] ?? 'busybox').replace(/^-/, '');
    let argv = sys.argv;
    const io = new Io(sys, 'busybox', 'busybox', argv.slice(1));
    if (name.startsWith('busybox')) {
      const first = argv[1];
      if (first === undefined || first === '--help') return runTool(overview, io);
      if (first === '--list' || first === '--list-full') {
        return runTool(async (o) => {
          for (const applet of BUSYBOX_APPLETS) await o.out(`${first === '--list' ? '' : 'bin/'}${applet}\n`);
          return 0;
        }, io);
      }
      if (first === '--install') return runTool(install, io);
      name = baseName(first);
      argv = argv.slice(1);
    }
    const loader = find(name);
    if (loader === undefined) {
      await sys.write(2, `${name}: applet not found\n`);
      return 127;
    }
    const program = await sys.external(loader());
    return program(argv === sys.argv ? sys : withArgv(sys, argv));
  };

async function overview(io: Io): Promise<number> {
  await io.out(
    `${BUSYBOX_BANNER}\nUsage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n   or: busybox --install [-s] [DIR]\n` +
      `   or: function [arguments]...\n\nCurrently defined functions:\n`,
  );
  let line = '\t';
  for (const [i, applet] of BUSYBOX_APPLETS.entries()) {
    const word = i < BUSYBOX_APPLETS.length - 1 ? `${applet}, ` : applet;
    if (line.length + word.length > 72) {
      await io.out(`${line.trimEnd()}\n`);
      line = '\t';
    }
    line += word;
  }
  await io.out(`${line}\n`);
  return 0;
}

async function install(io: Io): Promise<number> {
  const symbolic = io.args.includes('-s');
  const dir = io.args.slice(1).find((arg) => !arg.startsWith('-')) ?? '/bin';
  for (const applet of BUSYBOX_APPLETS) {
    const path = `${dir}/${applet}`;
    try {
      if (symbolic) io.sys.symlink('/bin/busybox', path);
      else io.sys.link('/bin/busybox', path);
    } catch (error) {
      await io.fail(`${path}: ${io.reason(error)}`);
    }
  }
  return 0;
}
