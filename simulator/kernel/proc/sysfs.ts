/** /sys: the few places of sysfs(5) that people and programs look at. */
import type { KernelCore } from '../core.ts';
import type { FsContext, SyntheticDir } from '../fs/vfs.ts';
import type { NetworkInterface } from '../abi.ts';
import type { NetStack } from '../net/stack.ts';
import { dir, file, type Entries } from './nodes.ts';
import { readerOf } from './reader.ts';

function interfaceDir(one: () => NetworkInterface | undefined): SyntheticDir {
  const text = (value: (net: NetworkInterface) => string | number) =>
    file(() => {
      const net = one();
      return net ? `${value(net)}\n` : '';
    });
  return dir({
    address: text((net) => net.mac),
    carrier: text((net) => (net.up ? 1 : 0)),
    mtu: text((net) => net.mtu),
    operstate: text((net) => (net.name === 'lo' ? 'unknown' : net.up ? 'up' : 'down')),
    statistics: dir({
      rx_bytes: text((net) => net.rxBytes),
      rx_packets: text((net) => net.rxPackets),
      tx_bytes: text((net) => net.txBytes),
      tx_packets: text((net) => net.txPackets),
    }),
  });
}

/** The tree of /sys. */
export function sysTree(core: KernelCore): SyntheticDir {
  const stack = (context: FsContext): NetStack => {
    const reader = readerOf(context);
    return reader ? core.stackOf(reader) : core.network.host;
  };
  const net: SyntheticDir = {
    type: 'dir',
    list: (context) => stack(context).interfaces.map((one) => one.name),
    lookup: (name, context) => {
      const find = () => stack(context).interfaces.find((one) => one.name === name);
      return find() && interfaceDir(find);
    },
  };
  const count = core.hardware.cpus;
  const online = file(() => `0-${count - 1}\n`);
  const cpus: Entries = Object.fromEntries(Array.from({ length: count }, (_, n) => [`cpu${n}`, dir({})]));
  const disk = dir({ size: file(() => '134217728\n'), ro: file(() => '0\n'), removable: file(() => '0\n') });
  return dir({
    block: dir({ vda: disk }),
    bus: dir({}),
    class: dir({
      block: dir({}),
      dmi: dir({
        id: dir({
          product_name: file(() => 'Standard PC (Q35 + ICH9, 2009)\n'),
          sys_vendor: file(() => 'QEMU\n'),
          product_uuid: file(() => `${core.bootId}\n`, { mode: 0o400 }),
        }),
      }),
      net,
      tty: dir({}),
    }),
    dev: dir({ block: dir({}), char: dir({}) }),
    devices: dir({
      system: dir({
        cpu: dir({ ...cpus, online, possible: online, present: online }),
        node: dir({ online: file(() => '0\n') }),
      }),
      virtual: dir({ net, powercap: dir({}) }),
    }),
    firmware: dir({}),
    fs: dir({ cgroup: dir({}), ext4: dir({}) }),
    hypervisor: dir({}),
    kernel: dir({
      mm: dir({
        transparent_hugepage: dir({ enabled: file(() => 'always [madvise] never\n', { mode: 0o644 }) }),
      }),
      security: dir({ apparmor: dir({}) }),
    }),
    module: dir({ overlay: dir({}), br_netfilter: dir({}) }),
    power: dir({}),
  });
}
