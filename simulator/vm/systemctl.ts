/** systemctl of a guest: its units are the services the image brings. */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { guestOf, type Guest } from './guest.ts';
import { servicesOf, type Service } from './services.ts';
import { startService } from './start-service.ts';

/** How long a unit may take to end after SIGTERM, ms. */
const GRACE = 400;

export const systemctl: Program = async (sys) => {
  const called = (sys.argv[0] ?? '').replace(/^.*\//, '');
  const words = called === 'systemctl' ? sys.argv.slice(1) : [called === 'shutdown' ? 'poweroff' : called];
  const [verb = 'list-units', ...rest] = words.filter((word) => !word.startsWith('-'));
  const guest = guestOf(sys);
  if (!guest) {
    await sys.write(2, "System has not been booted with systemd as init system (PID 1). Can't operate.\n");
    return 1;
  }
  const units = servicesOf(guest.image);
  if (verb === 'list-units') {
    await sys.write(1, listUnits(guest, units));
    return 0;
  }
  if (verb === 'poweroff' || verb === 'reboot' || verb === 'halt') {
    if (sys.uid !== 0) return denied(sys, verb);
    guest.kernel.sysrq?.('o', undefined);
    return 0;
  }
  if (verb === 'daemon-reload') return 0;
  let code = 0;
  for (const name of rest) {
    const full = name.includes('.') ? name : `${name}.service`;
    const service = units.find(({ unit }) => unit === full);
    if (!service) {
      await sys.write(
        2,
        verb === 'status' || verb === 'is-active'
          ? `Unit ${full} could not be found.\n`
          : `Failed to ${verb} ${full}: Unit ${full} not found.\n`,
      );
      code = verb === 'status' ? 4 : 5;
      continue;
    }
    code = Math.max(code, await act(sys, guest, verb, service));
  }
  return code;
};

async function denied(sys: Sys, verb: string): Promise<number> {
  await sys.write(2, `Failed to ${verb}: Interactive authentication required.\n`);
  return 1;
}

async function act(sys: Sys, guest: Guest, verb: string, service: Service): Promise<number> {
  const process = guest.unit(service.unit);
  if (verb === 'is-active') {
    await sys.write(1, process ? 'active\n' : 'inactive\n');
    return process ? 0 : 3;
  }
  if (verb === 'status') {
    await sys.write(1, status(guest, service));
    return process ? 0 : 3;
  }
  if (!['start', 'stop', 'restart'].includes(verb)) {
    await sys.write(2, `Unknown command verb '${verb}'.\n`);
    return 1;
  }
  if (sys.uid !== 0) return denied(sys, `${verb} ${service.unit}`);
  if (verb !== 'start' && process) {
    process.kill('SIGTERM');
    await sys.sleep(GRACE);
    guest.unit(service.unit)?.kill('SIGKILL');
  }
  if (verb !== 'stop' && !guest.unit(service.unit)) {
    try {
      startService(guest, service);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await sys.write(2, `Job for ${service.unit} failed because the control process exited with error code.\n`);
      return 1;
    }
    await sys.sleep(service.ms);
  }
  return 0;
}

function status(guest: Guest, { unit, description, argv }: Service): string {
  const process = guest.unit(unit);
  const lines = process
    ? [
        `● ${unit} - ${description}`,
        `     Loaded: loaded (/usr/lib/systemd/system/${unit}; enabled; preset: enabled)`,
        `     Active: active (running) since ${when(process.startedAt)}`,
        `   Main PID: ${process.pid} (${process.comm})`,
        `     CGroup: /system.slice/${unit}`,
        `             └─${process.pid} ${argv.join(' ')}`,
      ]
    : [
        `○ ${unit} - ${description}`,
        `     Loaded: loaded (/usr/lib/systemd/system/${unit}; enabled; preset: enabled)`,
        '     Active: inactive (dead)',
      ];
  return `${lines.join('\n')}\n`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
function when(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${DAYS[new Date(ms).getUTCDay()]!} ${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function listUnits(guest: Guest, units: readonly Service[]): string {
  const running = units.filter(({ unit }) => guest.unit(unit));
  const width = Math.max(...running.map(({ unit }) => unit.length), 4) + 1;
  const rows = running.map(({ unit, description }) => `  ${unit.padEnd(width)}loaded active running ${description}\n`);
  return `  ${'UNIT'.padEnd(width)}LOAD   ACTIVE SUB     DESCRIPTION\n${rows.join('')}\n${rows.length} loaded units listed.\n`;
}
