/** Virtual machines on the simulated host, through the machine's own door. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachine, type Machine, type MachineState } from '../machine.ts';
import { nodeHost } from '../../bin/node-host.ts';

const boot = (seed = 1): Promise<Machine> => createMachine({ host: nodeHost, seed });

/** Exit code, and what was printed: a command line's whole outcome. */
async function outcome(machine: Machine, command: string): Promise<readonly [number, string]> {
  const { exit, stdout, stderr } = await machine.run(command);
  return [exit, stdout + stderr];
}
const out = async (machine: Machine, command: string): Promise<string> => (await outcome(machine, command))[1];

const only = (state: MachineState, name: string): MachineState['machines'][number] =>
  state.machines.find((one) => one.name === name)!;

test('a machine is launched, listed, asked and thrown away', async () => {
  const machine = await boot();
  expect(await outcome(machine, 'multipass list')).toEqual([0, 'No instances found.\n']);
  expect(await outcome(machine, 'multipass launch --name web')).toEqual([0, 'Launched: web\n']);
  expect(await out(machine, 'multipass list')).toBe(
    `Name                    State             IPv4             Image
web                     Running           10.119.12.77     Ubuntu 24.04 LTS
`,
  );
  expect(await out(machine, 'multipass info web')).toBe(
    `Name:           web
State:          Running
Snapshots:      0
IPv4:           10.119.12.77
Release:        Ubuntu 24.04 LTS
Image hash:     7b2a9c41d6f0 (Ubuntu 24.04 LTS)
CPU(s):         1
Load:           0.00 0.00 0.00
Disk usage:     1.6GiB out of 4.8GiB
Memory usage:   240.7MiB out of 964.0MiB
Mounts:         --
`,
  );
  expect(await outcome(machine, 'echo hi | multipass exec web -- sh -c "cat; echo bad >&2; exit 7"')).toEqual([
    7,
    'hi\nbad\n',
  ]);
  expect(await out(machine, 'multipass exec web -- whoami; multipass exec web -- sudo whoami')).toBe('ubuntu\nroot\n');
  expect(await out(machine, 'multipass stop web; multipass list --format csv')).toBe(
    'Name,State,IPv4,Release,AllIPv4\nweb,Stopped,,Ubuntu 24.04 LTS,\n',
  );
  expect(await outcome(machine, 'multipass exec web -- ls')).toEqual([
    2,
    'exec failed: instance "web" is not running\n',
  ]);
  expect(await out(machine, 'multipass delete web; multipass list --format csv')).toBe(
    'Name,State,IPv4,Release,AllIPv4\nweb,Deleted,,Ubuntu 24.04 LTS,\n',
  );
  expect(await out(machine, 'multipass recover web; multipass delete --purge web; multipass list')).toBe(
    'No instances found.\n',
  );
  machine.stop();
});

test('what multipass cannot do it says', async () => {
  const machine = await boot();
  expect(await outcome(machine, 'multipass launch beos')).toEqual([
    2,
    'launch failed: Unable to find an image matching "beos" in remote "".\n',
  ]);
  expect(await outcome(machine, 'multipass launch --name under_score')).toEqual([
    2,
    'launch failed: Invalid instance name supplied: under_score\n',
  ]);
  expect(await outcome(machine, 'multipass launch --memory 64M')).toEqual([
    2,
    'launch failed: Invalid memory size value supplied: 64M.\n',
  ]);
  expect(await outcome(machine, 'multipass launch --cpus none')).toEqual([
    1,
    "Invalid CPU count 'none', need a positive integer value\n",
  ]);
  expect(await outcome(machine, 'multipass info nope')).toEqual([2, 'info failed: instance "nope" does not exist\n']);
  expect(await outcome(machine, 'multipass delete')).toEqual([1, 'Name argument or --all is required\n']);
  expect(await outcome(machine, 'multipass frobnicate')).toEqual([
    1,
    "Unknown command or alias 'frobnicate'. Consult `multipass help` for a list of available commands.\n",
  ]);
  expect(await outcome(machine, 'multipass launch --memory 12G --name big; multipass list')).toEqual([
    0,
    "No instances found.\nlaunch failed: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory\n",
  ]);
  machine.stop();
});

test('the boot takes its stages, one after the other, in virtual time', async () => {
  const machine = await boot();
  await machine.run('multipass launch --name web');
  const boots = machine.events.filter((event) => event.kind === 'vm.boot');
  expect(boots.map(({ stage }) => stage)).toEqual([
    'firmware',
    'bootloader',
    'kernel',
    'initramfs',
    'services',
    'cloud-init',
    'ready',
  ]);
  const times = boots.map(({ ms }) => ms);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const ready = machine.events.find((event) => event.kind === 'vm.ready')!;
  expect(ready.bootMs).toBeGreaterThan(15_000);
  expect(ready.bootMs).toBeLessThan(25_000);
  expect(ready).toMatchObject({ name: 'web', kernel: '6.8.0-87-generic', address: '10.119.12.77' });
  machine.stop();
});

test('two kernels: other release, other processes, other accounts of memory', async () => {
  const machine = await boot();
  const before = Number(await out(machine, "free -b | awk '/^Mem/ { print $3 }'"));
  await machine.run('multipass launch 22.04 --name old --memory 2G');
  const after = Number(await out(machine, "free -b | awk '/^Mem/ { print $3 }'"));
  // The hypervisor holds all of the guest's memory, whatever the guest uses of it.
  expect(after - before).toBeGreaterThan(2 * 1024 ** 3);
  expect(after - before).toBeLessThan(2.2 * 1024 ** 3);
  expect(await out(machine, 'uname -r; multipass exec old -- uname -r; docker run --rm -q busybox uname -r')).toBe(
    '6.8.0-48-generic\n5.15.0-161-generic\n6.8.0-48-generic\n',
  );
  expect(only(machine.state(), 'old').memoryUsed).toBeLessThan(400 * 1024 ** 2);
  expect(await out(machine, 'pgrep -c sshd; pgrep -c qemu-system')).toBe('0\n1\n');
  expect(await out(machine, 'multipass exec old -- pgrep -c dockerd; multipass exec old -- nproc')).toBe('0\n1\n');
  machine.stop();
});

test('nothing in a guest reaches the host, and the hypervisor is the guest', async () => {
  const machine = await boot();
  await machine.run('docker run -d --name keep -q busybox sleep 10000; multipass launch --name a');
  // Every process that root of the guest may signal is the guest's.
  await machine.run('multipass exec a -- sudo sh -c "kill -9 -1"');
  expect(await out(machine, "docker ps --format '{{.Names}} {{.State}}'")).toBe('keep running\n');
  await machine.run('multipass restart a || multipass stop --force a; multipass start a');
  expect(await outcome(machine, 'multipass exec a -- sudo sh -c "echo c > /proc/sysrq-trigger"')).toEqual([
    2,
    'exec failed: the instance "a" stopped\n',
  ]);
  expect(machine.events.filter((event) => event.kind === 'vm.panic').map(({ message }) => message)).toEqual([
    'sysrq triggered crash',
  ]);
  expect(await out(machine, "docker ps --format '{{.Names}} {{.State}}'; multipass list --format csv")).toBe(
    'keep running\nName,State,IPv4,Release,AllIPv4\na,Stopped,,Ubuntu 24.04 LTS,\n',
  );
  await machine.run('multipass start a; kill -9 $(pgrep qemu-system)');
  expect(await out(machine, 'multipass list --format csv')).toBe(
    'Name,State,IPv4,Release,AllIPv4\na,Stopped,,Ubuntu 24.04 LTS,\n',
  );
  expect(machine.events.filter((event) => event.kind === 'vm.stop').map(({ reason }) => reason)).toEqual([
    'stop',
    'panic',
    'killed',
  ]);
  expect(await out(machine, 'echo c > /proc/sysrq-trigger; echo still here')).toBe(
    'still here\ndrydock: this would crash the kernel, and every container with it; here the machine goes on\n',
  );
  machine.stop();
});

test('a machine that crashes leaves the terminal of its sessions as it was', async () => {
  const machine = await boot();
  await machine.run('multipass launch --name a');
  const crash = 'multipass exec a -- sudo sh -c "echo c > /proc/sysrq-trigger"';
  expect((await machine.run(`${crash}; echo one; echo two`, { tty: true })).stdout).toBe(
    'exec failed: the instance "a" stopped\r\none\r\ntwo\r\n',
  );
  machine.stop();
});

test('the disk outlives a stop', async () => {
  const machine = await boot();
  await machine.run('multipass launch --name a; multipass exec a -- sh -c "echo kept > note; mkdir d; ln -s note l"');
  await machine.run('multipass restart a');
  expect(await out(machine, 'multipass exec a -- cat l; multipass exec a -- hostname; echo x > f')).toBe('kept\na\n');
  expect(
    await out(
      machine,
      'echo over > f; multipass transfer f a:d/g; multipass exec a -- cat d/g; multipass transfer a:note n; cat n',
    ),
  ).toBe('over\nkept\n');
  machine.stop();
});

test('the host, its containers and the guest reach each other as over a bridge', async () => {
  const machine = await boot();
  await machine.run('multipass launch --name a');
  await machine.run('multipass exec a -- sudo sh -c "python3 -m http.server 80 >log 2>&1 &"');
  await machine.run('docker run -d --name web -p 8080:80 -q nginx');
  const code = "-s -o /dev/null -w '%{http_code} '";
  expect(await out(machine, `curl ${code} http://$(multipass info a | awk '/IPv4/ { print $2 }')`)).toBe('200 ');
  // From a container of the host, and from the guest to a published port of the host's.
  expect(
    await out(
      machine,
      "docker run --rm -q busybox wget -q -O /dev/null http://$(multipass info a | awk '/IPv4/ { print $2 }') && echo reached",
    ),
  ).toBe('reached\n');
  expect(await out(machine, `multipass exec a -- curl ${code} 10.119.12.1:8080`)).toBe('200 ');
  // A container's own address is behind Docker's packet filter.
  expect(await out(machine, `multipass exec a -- curl ${code} -m 2 172.17.0.2`)).toBe('000 ');
  expect(
    await out(machine, `multipass exec a -- curl ${code} http://deb.debian.org/debian/dists/bookworm/InRelease`),
  ).toBe('200 ');
  machine.stop();
});

test('a daemon in a guest is a remote daemon of the host', async () => {
  const machine = await boot();
  await machine.run('multipass launch docker --name far --memory 2G');
  expect(await out(machine, 'multipass exec far -- docker ps -q')).toBe('');
  await machine.run(
    `echo '{"hosts":["unix:///var/run/docker.sock","tcp://0.0.0.0:2375"],"tls":false}' > daemon.json
     multipass transfer daemon.json far:daemon.json
     multipass exec far -- sudo mv daemon.json /etc/docker/daemon.json
     multipass exec far -- sudo systemctl restart docker`,
  );
  const address = only(machine.state(), 'far').address;
  expect(await outcome(machine, `docker context create far --docker host=tcp://${address}:2375`)).toEqual([
    0,
    'far\nSuccessfully created context "far"\n',
  ]);
  await machine.run('docker context use far; docker run -d -q --name there -p 80:80 nginx; docker context use default');
  const names = "--format '{{.Names}}'";
  expect(await out(machine, `docker ps ${names}; docker -H tcp://${address}:2375 ps ${names}`)).toBe('there\n');
  expect(await out(machine, `DOCKER_HOST=tcp://${address} docker version --format '{{.Server.KernelVersion}}'`)).toBe(
    '6.8.0-87-generic\n',
  );
  expect(await out(machine, `multipass exec far -- docker ps ${names}; docker images -q`)).toBe('there\n');
  expect(await out(machine, `curl -s -o /dev/null -w '%{http_code}' ${address}`)).toBe('200');
  expect(only(machine.state(), 'far').containers.map(({ name, status }) => [name, status])).toEqual([
    ['there', 'running'],
  ]);
  expect(machine.state().containers).toEqual([]);
  machine.stop();
});

/** What the host has that a machine could leave behind. */
async function footprint(machine: Machine): Promise<unknown> {
  return [
    await out(machine, 'ps -eo comm | grep -v -e ps -e bash -e grep | sort'),
    await out(machine, "ip -br link | awk '{ print $1 }'"),
    await out(machine, "free -m | awk '/^Mem/ { print $3 }'"),
    await out(machine, 'ls -A /var/snap/multipass/common/data/multipassd/vault/instances 2>/dev/null'),
    machine.state(),
  ].map((part) => (typeof part === 'string' ? part : { ...part, host: undefined }));
}

test('a machine thrown away leaves the host as it was', async () => {
  const machine = await boot();
  // The service stays, and with it its bridge and its folder.
  await machine.run('multipass launch --name first; multipass delete --purge first');
  const before = await footprint(machine);
  await machine.run('multipass launch docker --name a --memory 2G');
  await machine.run('multipass exec a -- docker run -d -q nginx');
  await machine.run('multipass delete --purge a');
  expect(await footprint(machine)).toEqual(before);
  machine.stop();
});

test('property: no process of a guest is in the host, nor the other way round', async () => {
  const step = fc.constantFrom(
    'multipass exec a -- sh -c "sleep 500 >/dev/null 2>&1 </dev/null &"',
    'docker run -d -q busybox sleep 501',
    'multipass exec a -- sudo pkill sleep',
    'multipass exec a -- sudo kill -9 1',
    'pkill sleep',
    'multipass restart a',
    'multipass stop --force a; multipass start a',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 99 }),
      async (steps, seed) => {
        const machine = await boot(seed);
        await machine.run('multipass launch --name a');
        for (const command of steps) {
          await machine.run(command);
          const guest = only(machine.state(), 'a').processes.map(({ command: text }) => text);
          const host = (await out(machine, 'ps -eo args')).split('\n').slice(1);
          expect(host.filter((text) => text === 'sleep 500' || text.startsWith('sshd'))).toEqual([]);
          expect(guest.filter((text) => text === 'sleep 501' || /dockerd|multipass|qemu/.test(text))).toEqual([]);
          // Its own table in its own /proc, nothing else.
          const inside = (await out(machine, 'multipass exec a -- ps -eo args')).split('\n').slice(1, -1);
          for (const text of guest) expect(inside).toContain(text);
          expect(
            machine.events.filter((event) => event.kind === 'process.start' && event.argv[0] === 'sshd').length,
          ).toBe(0);
        }
        machine.stop();
      },
    ),
    { numRuns: 4, seed: 7 },
  );
});

test('the same seed gives the same machine, guest and all', async () => {
  const log = async (): Promise<string> => {
    const machine = await boot(5);
    await machine.run('multipass launch docker --memory 2G; multipass exec docker -- docker run -d -q nginx');
    machine.stop();
    return JSON.stringify(machine.events);
  };
  expect(await log()).toBe(await log());
});
