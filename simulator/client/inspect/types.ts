/** The Go types of what inspect commands get, so that templates see fields by their Go names and in their order. */

export type FieldType =
  | 'string'
  | 'int'
  | 'float'
  | 'bool'
  | 'time'
  | 'duration'
  | 'addr'
  | 'prefix'
  | 'any'
  | { readonly kind: 'struct' | 'pointer' | 'embedded'; readonly type: StructType }
  | { readonly kind: 'optional'; readonly goType: string }
  | { readonly kind: 'list'; readonly of: FieldType }
  /** `ports`: the keys are no strings in Go, so `index` cannot find them. */
  | { readonly kind: 'map'; readonly of: FieldType; readonly ports?: true };

export interface StructType {
  readonly goType: string;
  readonly fields: readonly (readonly [goName: string, jsonName: string, type: FieldType])[];
}

const struct = (type: StructType): FieldType => ({ kind: 'struct', type });
const pointer = (type: StructType): FieldType => ({ kind: 'pointer', type });
const embedded = (type: StructType): FieldType => ({ kind: 'embedded', type });
const optional = (goType: string): FieldType => ({ kind: 'optional', goType });
const list = (of: FieldType): FieldType => ({ kind: 'list', of });
const map = (of: FieldType): FieldType => ({ kind: 'map', of });
const portMap = (of: FieldType): FieldType => ({ kind: 'map', of, ports: true });

const EMPTY = struct({ goType: 'struct {}', fields: [] });

const CONTAINER_HEALTHCHECK_RESULT: StructType = {
  goType: 'container.HealthcheckResult',
  fields: [
    ['Start', 'Start', 'time'],
    ['End', 'End', 'time'],
    ['ExitCode', 'ExitCode', 'int'],
    ['Output', 'Output', 'string'],
  ],
};

const CONTAINER_HEALTH: StructType = {
  goType: 'container.Health',
  fields: [
    ['Status', 'Status', 'string'],
    ['FailingStreak', 'FailingStreak', 'int'],
    ['Log', 'Log', list(pointer(CONTAINER_HEALTHCHECK_RESULT))],
  ],
};

const CONTAINER_STATE: StructType = {
  goType: 'container.State',
  fields: [
    ['Status', 'Status', 'string'],
    ['Running', 'Running', 'bool'],
    ['Paused', 'Paused', 'bool'],
    ['Restarting', 'Restarting', 'bool'],
    ['OOMKilled', 'OOMKilled', 'bool'],
    ['Dead', 'Dead', 'bool'],
    ['Pid', 'Pid', 'int'],
    ['ExitCode', 'ExitCode', 'int'],
    ['Error', 'Error', 'string'],
    ['StartedAt', 'StartedAt', 'string'],
    ['FinishedAt', 'FinishedAt', 'string'],
    ['Health', 'Health', pointer(CONTAINER_HEALTH)],
  ],
};

const CONTAINER_LOG_CONFIG: StructType = {
  goType: 'container.LogConfig',
  fields: [
    ['Type', 'Type', 'string'],
    ['Config', 'Config', map('string')],
  ],
};

const NETWORK_PORT_BINDING: StructType = {
  goType: 'network.PortBinding',
  fields: [
    ['HostIP', 'HostIp', 'addr'],
    ['HostPort', 'HostPort', 'string'],
  ],
};

const CONTAINER_RESTART_POLICY: StructType = {
  goType: 'container.RestartPolicy',
  fields: [
    ['Name', 'Name', 'string'],
    ['MaximumRetryCount', 'MaximumRetryCount', 'int'],
  ],
};

const BLKIODEV_WEIGHT_DEVICE: StructType = {
  goType: 'blkiodev.WeightDevice',
  fields: [
    ['Path', 'Path', 'string'],
    ['Weight', 'Weight', 'int'],
  ],
};

const BLKIODEV_THROTTLE_DEVICE: StructType = {
  goType: 'blkiodev.ThrottleDevice',
  fields: [
    ['Path', 'Path', 'string'],
    ['Rate', 'Rate', 'int'],
  ],
};

const CONTAINER_DEVICE_MAPPING: StructType = {
  goType: 'container.DeviceMapping',
  fields: [
    ['PathOnHost', 'PathOnHost', 'string'],
    ['PathInContainer', 'PathInContainer', 'string'],
    ['CgroupPermissions', 'CgroupPermissions', 'string'],
  ],
};

const CONTAINER_DEVICE_REQUEST: StructType = {
  goType: 'container.DeviceRequest',
  fields: [
    ['Driver', 'Driver', 'string'],
    ['Count', 'Count', 'int'],
    ['DeviceIDs', 'DeviceIDs', list('string')],
    ['Capabilities', 'Capabilities', list(list('string'))],
    ['Options', 'Options', map('string')],
  ],
};

const CONTAINER_ULIMIT: StructType = {
  goType: 'container.Ulimit',
  fields: [
    ['Name', 'Name', 'string'],
    ['Hard', 'Hard', 'int'],
    ['Soft', 'Soft', 'int'],
  ],
};

const CONTAINER_RESOURCES: StructType = {
  goType: 'container.Resources',
  fields: [
    ['CPUShares', 'CpuShares', 'int'],
    ['Memory', 'Memory', 'int'],
    ['NanoCPUs', 'NanoCpus', 'int'],
    ['CgroupParent', 'CgroupParent', 'string'],
    ['BlkioWeight', 'BlkioWeight', 'int'],
    ['BlkioWeightDevice', 'BlkioWeightDevice', list(pointer(BLKIODEV_WEIGHT_DEVICE))],
    ['BlkioDeviceReadBps', 'BlkioDeviceReadBps', list(pointer(BLKIODEV_THROTTLE_DEVICE))],
    ['BlkioDeviceWriteBps', 'BlkioDeviceWriteBps', list(pointer(BLKIODEV_THROTTLE_DEVICE))],
    ['BlkioDeviceReadIOps', 'BlkioDeviceReadIOps', list(pointer(BLKIODEV_THROTTLE_DEVICE))],
    ['BlkioDeviceWriteIOps', 'BlkioDeviceWriteIOps', list(pointer(BLKIODEV_THROTTLE_DEVICE))],
    ['CPUPeriod', 'CpuPeriod', 'int'],
    ['CPUQuota', 'CpuQuota', 'int'],
    ['CPURealtimePeriod', 'CpuRealtimePeriod', 'int'],
    ['CPURealtimeRuntime', 'CpuRealtimeRuntime', 'int'],
    ['CpusetCpus', 'CpusetCpus', 'string'],
    ['CpusetMems', 'CpusetMems', 'string'],
    ['Devices', 'Devices', list(struct(CONTAINER_DEVICE_MAPPING))],
    ['DeviceCgroupRules', 'DeviceCgroupRules', list('string')],
    ['DeviceRequests', 'DeviceRequests', list(struct(CONTAINER_DEVICE_REQUEST))],
    ['MemoryReservation', 'MemoryReservation', 'int'],
    ['MemorySwap', 'MemorySwap', 'int'],
    ['MemorySwappiness', 'MemorySwappiness', optional('*int64')],
    ['OomKillDisable', 'OomKillDisable', optional('*bool')],
    ['PidsLimit', 'PidsLimit', optional('*int64')],
    ['Ulimits', 'Ulimits', list(pointer(CONTAINER_ULIMIT))],
    ['CPUCount', 'CpuCount', 'int'],
    ['CPUPercent', 'CpuPercent', 'int'],
    ['IOMaximumIOps', 'IOMaximumIOps', 'int'],
    ['IOMaximumBandwidth', 'IOMaximumBandwidth', 'int'],
  ],
};

const MOUNT_BIND_OPTIONS: StructType = {
  goType: 'mount.BindOptions',
  fields: [
    ['Propagation', 'Propagation', 'string'],
    ['NonRecursive', 'NonRecursive', 'bool'],
    ['CreateMountpoint', 'CreateMountpoint', 'bool'],
    ['ReadOnlyNonRecursive', 'ReadOnlyNonRecursive', 'bool'],
    ['ReadOnlyForceRecursive', 'ReadOnlyForceRecursive', 'bool'],
  ],
};

const MOUNT_DRIVER: StructType = {
  goType: 'mount.Driver',
  fields: [
    ['Name', 'Name', 'string'],
    ['Options', 'Options', map('string')],
  ],
};

const MOUNT_VOLUME_OPTIONS: StructType = {
  goType: 'mount.VolumeOptions',
  fields: [
    ['NoCopy', 'NoCopy', 'bool'],
    ['Labels', 'Labels', map('string')],
    ['Subpath', 'Subpath', 'string'],
    ['DriverConfig', 'DriverConfig', pointer(MOUNT_DRIVER)],
  ],
};

const MOUNT_IMAGE_OPTIONS: StructType = { goType: 'mount.ImageOptions', fields: [['Subpath', 'Subpath', 'string']] };

const MOUNT_TMPFS_OPTIONS: StructType = {
  goType: 'mount.TmpfsOptions',
  fields: [
    ['SizeBytes', 'SizeBytes', 'int'],
    ['Mode', 'Mode', 'string'],
    ['Options', 'Options', list(list('string'))],
  ],
};

const MOUNT_MOUNT: StructType = {
  goType: 'mount.Mount',
  fields: [
    ['Type', 'Type', 'string'],
    ['Source', 'Source', 'string'],
    ['Target', 'Target', 'string'],
    ['ReadOnly', 'ReadOnly', 'bool'],
    ['Consistency', 'Consistency', 'string'],
    ['BindOptions', 'BindOptions', pointer(MOUNT_BIND_OPTIONS)],
    ['VolumeOptions', 'VolumeOptions', pointer(MOUNT_VOLUME_OPTIONS)],
    ['ImageOptions', 'ImageOptions', pointer(MOUNT_IMAGE_OPTIONS)],
    ['TmpfsOptions', 'TmpfsOptions', pointer(MOUNT_TMPFS_OPTIONS)],
    ['ClusterOptions', 'ClusterOptions', 'any'],
  ],
};

const CONTAINER_HOST_CONFIG: StructType = {
  goType: 'container.HostConfig',
  fields: [
    ['Binds', 'Binds', list('string')],
    ['ContainerIDFile', 'ContainerIDFile', 'string'],
    ['LogConfig', 'LogConfig', struct(CONTAINER_LOG_CONFIG)],
    ['NetworkMode', 'NetworkMode', 'string'],
    ['PortBindings', 'PortBindings', portMap(list(struct(NETWORK_PORT_BINDING)))],
    ['RestartPolicy', 'RestartPolicy', struct(CONTAINER_RESTART_POLICY)],
    ['AutoRemove', 'AutoRemove', 'bool'],
    ['VolumeDriver', 'VolumeDriver', 'string'],
    ['VolumesFrom', 'VolumesFrom', list('string')],
    ['ConsoleSize', 'ConsoleSize', list('int')],
    ['Annotations', 'Annotations', map('string')],
    ['CapAdd', 'CapAdd', list('string')],
    ['CapDrop', 'CapDrop', list('string')],
    ['CgroupnsMode', 'CgroupnsMode', 'string'],
    ['DNS', 'Dns', list('addr')],
    ['DNSOptions', 'DnsOptions', list('string')],
    ['DNSSearch', 'DnsSearch', list('string')],
    ['ExtraHosts', 'ExtraHosts', list('string')],
    ['GroupAdd', 'GroupAdd', list('string')],
    ['IpcMode', 'IpcMode', 'string'],
    ['Cgroup', 'Cgroup', 'string'],
    ['Links', 'Links', list('string')],
    ['OomScoreAdj', 'OomScoreAdj', 'int'],
    ['PidMode', 'PidMode', 'string'],
    ['Privileged', 'Privileged', 'bool'],
    ['PublishAllPorts', 'PublishAllPorts', 'bool'],
    ['ReadonlyRootfs', 'ReadonlyRootfs', 'bool'],
    ['SecurityOpt', 'SecurityOpt', list('string')],
    ['StorageOpt', 'StorageOpt', map('string')],
    ['Tmpfs', 'Tmpfs', map('string')],
    ['UTSMode', 'UTSMode', 'string'],
    ['UsernsMode', 'UsernsMode', 'string'],
    ['ShmSize', 'ShmSize', 'int'],
    ['Sysctls', 'Sysctls', map('string')],
    ['Runtime', 'Runtime', 'string'],
    ['Isolation', 'Isolation', 'string'],
    ['Resources', '', embedded(CONTAINER_RESOURCES)],
    ['Mounts', 'Mounts', list(struct(MOUNT_MOUNT))],
    ['MaskedPaths', 'MaskedPaths', list('string')],
    ['ReadonlyPaths', 'ReadonlyPaths', list('string')],
    ['Init', 'Init', optional('*bool')],
  ],
};

const STORAGE_DRIVER_DATA: StructType = {
  goType: 'storage.DriverData',
  fields: [
    ['Data', 'Data', map('string')],
    ['Name', 'Name', 'string'],
  ],
};

const STORAGE_ROOT_FSSTORAGE_SNAPSHOT: StructType = {
  goType: 'storage.RootFSStorageSnapshot',
  fields: [['Name', 'Name', 'string']],
};

const STORAGE_ROOT_FSSTORAGE: StructType = {
  goType: 'storage.RootFSStorage',
  fields: [['Snapshot', 'Snapshot', pointer(STORAGE_ROOT_FSSTORAGE_SNAPSHOT)]],
};

const STORAGE_STORAGE: StructType = {
  goType: 'storage.Storage',
  fields: [['RootFS', 'RootFS', pointer(STORAGE_ROOT_FSSTORAGE)]],
};

const CONTAINER_MOUNT_POINT: StructType = {
  goType: 'container.MountPoint',
  fields: [
    ['Type', 'Type', 'string'],
    ['Name', 'Name', 'string'],
    ['Source', 'Source', 'string'],
    ['Destination', 'Destination', 'string'],
    ['Driver', 'Driver', 'string'],
    ['Mode', 'Mode', 'string'],
    ['RW', 'RW', 'bool'],
    ['Propagation', 'Propagation', 'string'],
  ],
};

const CONTAINER_HEALTH_CONFIG: StructType = {
  goType: 'container.HealthConfig',
  fields: [
    ['Test', 'Test', list('string')],
    ['Interval', 'Interval', 'duration'],
    ['Timeout', 'Timeout', 'duration'],
    ['StartPeriod', 'StartPeriod', 'duration'],
    ['StartInterval', 'StartInterval', 'duration'],
    ['Retries', 'Retries', 'int'],
  ],
};

const CONTAINER_CONFIG: StructType = {
  goType: 'container.Config',
  fields: [
    ['Hostname', 'Hostname', 'string'],
    ['Domainname', 'Domainname', 'string'],
    ['User', 'User', 'string'],
    ['AttachStdin', 'AttachStdin', 'bool'],
    ['AttachStdout', 'AttachStdout', 'bool'],
    ['AttachStderr', 'AttachStderr', 'bool'],
    ['ExposedPorts', 'ExposedPorts', portMap(EMPTY)],
    ['Tty', 'Tty', 'bool'],
    ['OpenStdin', 'OpenStdin', 'bool'],
    ['StdinOnce', 'StdinOnce', 'bool'],
    ['Env', 'Env', list('string')],
    ['Cmd', 'Cmd', list('string')],
    ['Healthcheck', 'Healthcheck', pointer(CONTAINER_HEALTH_CONFIG)],
    ['ArgsEscaped', 'ArgsEscaped', 'bool'],
    ['Image', 'Image', 'string'],
    ['Volumes', 'Volumes', map(EMPTY)],
    ['WorkingDir', 'WorkingDir', 'string'],
    ['Entrypoint', 'Entrypoint', list('string')],
    ['NetworkDisabled', 'NetworkDisabled', 'bool'],
    ['OnBuild', 'OnBuild', list('string')],
    ['Labels', 'Labels', map('string')],
    ['StopSignal', 'StopSignal', 'string'],
    ['StopTimeout', 'StopTimeout', optional('*int')],
    ['Shell', 'Shell', list('string')],
  ],
};

const NETWORK_ENDPOINT_IPAMCONFIG: StructType = {
  goType: 'network.EndpointIPAMConfig',
  fields: [
    ['IPv4Address', 'IPv4Address', 'addr'],
    ['IPv6Address', 'IPv6Address', 'addr'],
    ['LinkLocalIPs', 'LinkLocalIPs', list('addr')],
  ],
};

const NETWORK_ENDPOINT_SETTINGS: StructType = {
  goType: 'network.EndpointSettings',
  fields: [
    ['IPAMConfig', 'IPAMConfig', pointer(NETWORK_ENDPOINT_IPAMCONFIG)],
    ['Links', 'Links', list('string')],
    ['Aliases', 'Aliases', list('string')],
    ['DriverOpts', 'DriverOpts', map('string')],
    ['GwPriority', 'GwPriority', 'int'],
    ['NetworkID', 'NetworkID', 'string'],
    ['EndpointID', 'EndpointID', 'string'],
    ['Gateway', 'Gateway', 'addr'],
    ['IPAddress', 'IPAddress', 'addr'],
    ['MacAddress', 'MacAddress', 'string'],
    ['IPPrefixLen', 'IPPrefixLen', 'int'],
    ['IPv6Gateway', 'IPv6Gateway', 'addr'],
    ['GlobalIPv6Address', 'GlobalIPv6Address', 'addr'],
    ['GlobalIPv6PrefixLen', 'GlobalIPv6PrefixLen', 'int'],
    ['DNSNames', 'DNSNames', list('string')],
  ],
};

const CONTAINER_NETWORK_SETTINGS: StructType = {
  goType: 'container.NetworkSettings',
  fields: [
    ['SandboxID', 'SandboxID', 'string'],
    ['SandboxKey', 'SandboxKey', 'string'],
    ['Ports', 'Ports', portMap(list(struct(NETWORK_PORT_BINDING)))],
    ['Networks', 'Networks', map(pointer(NETWORK_ENDPOINT_SETTINGS))],
  ],
};

const OCISPEC_PLATFORM: StructType = {
  goType: 'ocispec.Platform',
  fields: [
    ['Architecture', 'architecture', 'string'],
    ['OS', 'os', 'string'],
    ['OSVersion', 'os.version', 'string'],
    ['OSFeatures', 'os.features', list('string')],
    ['Variant', 'variant', 'string'],
  ],
};

const OCISPEC_DESCRIPTOR: StructType = {
  goType: 'ocispec.Descriptor',
  fields: [
    ['MediaType', 'mediaType', 'string'],
    ['Digest', 'digest', 'string'],
    ['Size', 'size', 'int'],
    ['URLs', 'urls', list('string')],
    ['Annotations', 'annotations', map('string')],
    ['Data', 'data', 'string'],
    ['Platform', 'platform', pointer(OCISPEC_PLATFORM)],
    ['ArtifactType', 'artifactType', 'string'],
  ],
};

const CONTAINER_INSPECT_RESPONSE: StructType = {
  goType: 'container.InspectResponse',
  fields: [
    ['ID', 'Id', 'string'],
    ['Created', 'Created', 'string'],
    ['Path', 'Path', 'string'],
    ['Args', 'Args', list('string')],
    ['State', 'State', pointer(CONTAINER_STATE)],
    ['Image', 'Image', 'string'],
    ['ResolvConfPath', 'ResolvConfPath', 'string'],
    ['HostnamePath', 'HostnamePath', 'string'],
    ['HostsPath', 'HostsPath', 'string'],
    ['LogPath', 'LogPath', 'string'],
    ['Name', 'Name', 'string'],
    ['RestartCount', 'RestartCount', 'int'],
    ['Driver', 'Driver', 'string'],
    ['Platform', 'Platform', 'string'],
    ['MountLabel', 'MountLabel', 'string'],
    ['ProcessLabel', 'ProcessLabel', 'string'],
    ['AppArmorProfile', 'AppArmorProfile', 'string'],
    ['ExecIDs', 'ExecIDs', list('string')],
    ['HostConfig', 'HostConfig', pointer(CONTAINER_HOST_CONFIG)],
    ['GraphDriver', 'GraphDriver', pointer(STORAGE_DRIVER_DATA)],
    ['Storage', 'Storage', pointer(STORAGE_STORAGE)],
    ['SizeRw', 'SizeRw', optional('*int64')],
    ['SizeRootFs', 'SizeRootFs', optional('*int64')],
    ['Mounts', 'Mounts', list(struct(CONTAINER_MOUNT_POINT))],
    ['Config', 'Config', pointer(CONTAINER_CONFIG)],
    ['NetworkSettings', 'NetworkSettings', pointer(CONTAINER_NETWORK_SETTINGS)],
    ['ImageManifestDescriptor', 'ImageManifestDescriptor', pointer(OCISPEC_DESCRIPTOR)],
  ],
};

const OCISPEC_IMAGE_CONFIG: StructType = {
  goType: 'ocispec.ImageConfig',
  fields: [
    ['User', 'User', 'string'],
    ['ExposedPorts', 'ExposedPorts', map(EMPTY)],
    ['Env', 'Env', list('string')],
    ['Entrypoint', 'Entrypoint', list('string')],
    ['Cmd', 'Cmd', list('string')],
    ['Volumes', 'Volumes', map(EMPTY)],
    ['WorkingDir', 'WorkingDir', 'string'],
    ['Labels', 'Labels', map('string')],
    ['StopSignal', 'StopSignal', 'string'],
    ['ArgsEscaped', 'ArgsEscaped', 'bool'],
  ],
};

const DOCKERSPEC_HEALTHCHECK_CONFIG: StructType = {
  goType: 'dockerspec.HealthcheckConfig',
  fields: [
    ['Test', 'Test', list('string')],
    ['Interval', 'Interval', 'duration'],
    ['Timeout', 'Timeout', 'duration'],
    ['StartPeriod', 'StartPeriod', 'duration'],
    ['StartInterval', 'StartInterval', 'duration'],
    ['Retries', 'Retries', 'int'],
  ],
};

const DOCKERSPEC_DOCKER_OCIIMAGE_CONFIG_EXT: StructType = {
  goType: 'dockerspec.DockerOCIImageConfigExt',
  fields: [
    ['Healthcheck', 'Healthcheck', pointer(DOCKERSPEC_HEALTHCHECK_CONFIG)],
    ['OnBuild', 'OnBuild', list('string')],
    ['Shell', 'Shell', list('string')],
  ],
};

const DOCKERSPEC_DOCKER_OCIIMAGE_CONFIG: StructType = {
  goType: 'dockerspec.DockerOCIImageConfig',
  fields: [
    ['ImageConfig', '', embedded(OCISPEC_IMAGE_CONFIG)],
    ['DockerOCIImageConfigExt', '', embedded(DOCKERSPEC_DOCKER_OCIIMAGE_CONFIG_EXT)],
  ],
};

const IMAGE_ROOT_FS: StructType = {
  goType: 'image.RootFS',
  fields: [
    ['Type', 'Type', 'string'],
    ['Layers', 'Layers', list('string')],
  ],
};

const IMAGE_METADATA: StructType = { goType: 'image.Metadata', fields: [['LastTagTime', 'LastTagTime', 'time']] };

const IMAGE_INSPECT_RESPONSE: StructType = {
  goType: 'image.InspectResponse',
  fields: [
    ['ID', 'Id', 'string'],
    ['RepoTags', 'RepoTags', list('string')],
    ['RepoDigests', 'RepoDigests', list('string')],
    ['Comment', 'Comment', 'string'],
    ['Created', 'Created', 'string'],
    ['Author', 'Author', 'string'],
    ['Config', 'Config', pointer(DOCKERSPEC_DOCKER_OCIIMAGE_CONFIG)],
    ['Architecture', 'Architecture', 'string'],
    ['Variant', 'Variant', 'string'],
    ['Os', 'Os', 'string'],
    ['OsVersion', 'OsVersion', 'string'],
    ['Size', 'Size', 'int'],
    ['GraphDriver', 'GraphDriver', pointer(STORAGE_DRIVER_DATA)],
    ['RootFS', 'RootFS', struct(IMAGE_ROOT_FS)],
    ['Metadata', 'Metadata', struct(IMAGE_METADATA)],
    ['Descriptor', 'Descriptor', pointer(OCISPEC_DESCRIPTOR)],
    ['Manifests', 'Manifests', list('any')],
    ['Identity', 'Identity', 'any'],
  ],
};

const NETWORK_IPAMCONFIG: StructType = {
  goType: 'network.IPAMConfig',
  fields: [
    ['Subnet', 'Subnet', 'prefix'],
    ['IPRange', 'IPRange', 'prefix'],
    ['Gateway', 'Gateway', 'addr'],
    ['AuxAddress', 'AuxiliaryAddresses', map('addr')],
  ],
};

const NETWORK_IPAM: StructType = {
  goType: 'network.IPAM',
  fields: [
    ['Driver', 'Driver', 'string'],
    ['Options', 'Options', map('string')],
    ['Config', 'Config', list(struct(NETWORK_IPAMCONFIG))],
  ],
};

const NETWORK_CONFIG_REFERENCE: StructType = {
  goType: 'network.ConfigReference',
  fields: [['Network', 'Network', 'string']],
};

const NETWORK_NETWORK: StructType = {
  goType: 'network.Network',
  fields: [
    ['Name', 'Name', 'string'],
    ['ID', 'Id', 'string'],
    ['Created', 'Created', 'time'],
    ['Scope', 'Scope', 'string'],
    ['Driver', 'Driver', 'string'],
    ['EnableIPv4', 'EnableIPv4', 'bool'],
    ['EnableIPv6', 'EnableIPv6', 'bool'],
    ['IPAM', 'IPAM', struct(NETWORK_IPAM)],
    ['Internal', 'Internal', 'bool'],
    ['Attachable', 'Attachable', 'bool'],
    ['Ingress', 'Ingress', 'bool'],
    ['ConfigFrom', 'ConfigFrom', struct(NETWORK_CONFIG_REFERENCE)],
    ['ConfigOnly', 'ConfigOnly', 'bool'],
    ['Options', 'Options', map('string')],
    ['Labels', 'Labels', map('string')],
    ['Peers', 'Peers', list('any')],
  ],
};

const NETWORK_ENDPOINT_RESOURCE: StructType = {
  goType: 'network.EndpointResource',
  fields: [
    ['Name', 'Name', 'string'],
    ['EndpointID', 'EndpointID', 'string'],
    ['MacAddress', 'MacAddress', 'string'],
    ['IPv4Address', 'IPv4Address', 'prefix'],
    ['IPv6Address', 'IPv6Address', 'prefix'],
  ],
};

const NETWORK_INSPECT: StructType = {
  goType: 'network.Inspect',
  fields: [
    ['Network', '', embedded(NETWORK_NETWORK)],
    ['Containers', 'Containers', map(struct(NETWORK_ENDPOINT_RESOURCE))],
    ['Services', 'Services', map('any')],
    ['Status', 'Status', 'any'],
  ],
};

const VOLUME_USAGE_DATA: StructType = {
  goType: 'volume.UsageData',
  fields: [
    ['RefCount', 'RefCount', 'int'],
    ['Size', 'Size', 'int'],
  ],
};

const VOLUME_VOLUME: StructType = {
  goType: 'volume.Volume',
  fields: [
    ['ClusterVolume', 'ClusterVolume', 'any'],
    ['CreatedAt', 'CreatedAt', 'string'],
    ['Driver', 'Driver', 'string'],
    ['Labels', 'Labels', map('string')],
    ['Mountpoint', 'Mountpoint', 'string'],
    ['Name', 'Name', 'string'],
    ['Options', 'Options', map('string')],
    ['Scope', 'Scope', 'string'],
    ['Status', 'Status', map('any')],
    ['UsageData', 'UsageData', pointer(VOLUME_USAGE_DATA)],
  ],
};

/** `docker container inspect`. */
export const CONTAINER = CONTAINER_INSPECT_RESPONSE;
/** `docker image inspect`. */
export const IMAGE = IMAGE_INSPECT_RESPONSE;
/** `docker network inspect`. */
export const NETWORK = NETWORK_INSPECT;
/** `docker volume inspect`. */
export const VOLUME = VOLUME_VOLUME;
