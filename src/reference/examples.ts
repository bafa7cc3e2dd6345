/** Small sessions for the reference pages: what is typed. What the machine answers is not written here but asked of it. */
export interface Example {
  readonly files?: Readonly<Record<string, string>>;
  /** Images that are there from the start; busybox where nothing is said. */
  readonly images?: readonly string[];
  /** Typed first and not shown. */
  readonly before?: readonly string[];
  readonly show: readonly string[];
}

const lines = (...text: string[]): string => `${text.join('\n')}\n`;
const app = (...text: string[]): Readonly<Record<string, string>> => ({ Dockerfile: lines('FROM busybox', ...text) });
const BUILD = 'docker build -qt app .';

/** One for each instruction; its Dockerfile is shown, too. */
export const INSTRUCTION_EXAMPLES: Readonly<Record<string, Example>> = {
  FROM: {
    files: {
      Dockerfile: lines(
        'FROM busybox AS write',
        'RUN echo hello > /note',
        '',
        'FROM scratch',
        'COPY --from=write /note /',
      ),
    },
    before: [BUILD],
    show: ["docker history --format '{{.Size}} {{.CreatedBy}}' app"],
  },
  RUN: { files: app('RUN echo hello > /note'), before: [BUILD], show: ['docker run --rm app cat /note'] },
  COPY: {
    files: { ...app('COPY notes.txt /data/'), 'notes.txt': 'Buy rope.\n' },
    before: [BUILD],
    show: ['docker run --rm app cat /data/notes.txt'],
  },
  ADD: {
    files: { ...app('ADD notes.tar /data/'), 'notes.txt': 'Buy rope.\n' },
    before: ['tar -cf notes.tar notes.txt', BUILD],
    show: ['docker run --rm app ls /data'],
  },
  WORKDIR: { files: app('WORKDIR /app', 'WORKDIR src'), before: [BUILD], show: ['docker run --rm app pwd'] },
  ENV: {
    files: app('ENV LEVEL=info'),
    before: [BUILD],
    show: ['docker run --rm app printenv LEVEL', 'docker run --rm -e LEVEL=debug app printenv LEVEL'],
  },
  ARG: {
    files: app('ARG VERSION=1', 'RUN echo $VERSION > /version'),
    show: [
      'docker build -qt app --build-arg VERSION=2 .',
      'docker run --rm app cat /version',
      `docker run --rm app sh -c 'echo version: $VERSION'`,
    ],
  },
  CMD: {
    files: app('CMD ["echo", "hello"]'),
    before: [BUILD],
    show: ['docker run --rm app', 'docker run --rm app echo something else'],
  },
  ENTRYPOINT: {
    files: app('ENTRYPOINT ["echo", "hello"]', 'CMD ["world"]'),
    before: [BUILD],
    show: ['docker run --rm app', 'docker run --rm app Ann'],
  },
  EXPOSE: {
    files: app('EXPOSE 80'),
    before: [BUILD],
    show: ["docker inspect -f '{{.Config.ExposedPorts}}' app"],
  },
  VOLUME: {
    files: app('VOLUME /data'),
    before: [BUILD],
    show: [
      'docker run --name box app touch /data/note',
      "docker inspect -f '{{range .Mounts}}{{.Type}} {{.Destination}}{{end}}' box",
    ],
  },
  USER: { files: app('USER nobody'), before: [BUILD], show: ['docker run --rm app id'] },
  LABEL: {
    files: app('LABEL team=harbour'),
    before: [BUILD],
    show: ["docker inspect -f '{{.Config.Labels}}' app"],
  },
  HEALTHCHECK: {
    files: app('HEALTHCHECK --interval=2s CMD test -e /ready', 'CMD ["sleep", "1h"]'),
    before: [BUILD, 'docker run -d --name box app', 'sleep 7'],
    show: [
      "docker inspect -f '{{.State.Health.Status}}' box",
      'docker exec box touch /ready && sleep 3',
      "docker inspect -f '{{.State.Health.Status}}' box",
    ],
  },
  SHELL: {
    files: app('SHELL ["/bin/echo", "not run:"]', 'CMD date'),
    before: [BUILD],
    show: ['docker run --rm app'],
  },
  STOPSIGNAL: {
    files: app('STOPSIGNAL SIGINT', `CMD ["sh", "-c", "trap 'echo interrupted; exit' INT; sleep 1h & wait"]`),
    before: [BUILD, 'docker run -d --name box app', 'sleep 1'],
    show: ['docker stop box', 'docker logs box'],
  },
  ONBUILD: {
    files: app('ONBUILD RUN echo late > /late'),
    before: ['docker build -qt base .'],
    show: [
      'docker run --rm base cat /late',
      'echo "FROM base" | docker build -qt app -',
      'docker run --rm app cat /late',
    ],
  },
  MAINTAINER: {
    files: app('MAINTAINER ann@example.com'),
    before: [BUILD],
    show: ["docker inspect -f '{{.Author}}' app"],
  },
};

const NGINX = ['busybox', 'nginx:alpine'];
const WEB = ['docker run -d --name web -p 8080:80 nginx:alpine', 'sleep 1'];
const SLEEPER = ['docker run -d --name box busybox sleep 1h'];

/** By the slug of the command's page. */
export const COMMAND_EXAMPLES: Readonly<Record<string, Example>> = {
  run: { show: ['docker run --rm busybox echo hello', 'docker run --rm busybox sh -c "exit 3"; echo $?'] },
  exec: { before: SLEEPER, show: ['docker exec box ps'] },
  ps: {
    images: NGINX,
    before: [...WEB, 'docker run busybox true'],
    show: [
      "docker ps --format 'table {{.Names}}\\t{{.Status}}\\t{{.Ports}}'",
      "docker ps -a --format '{{.Image}} {{.Status}}'",
    ],
  },
  build: {
    files: app('RUN echo hello > /note'),
    show: ['docker build --progress=plain -t app .'],
  },
  pull: { images: [], show: ['docker pull busybox'] },
  images: { images: ['busybox', 'alpine'], show: ['docker images'] },
  search: { show: ['docker search --limit 3 redis'] },
  inspect: { images: NGINX, before: WEB, show: ["docker inspect -f '{{.State.Status}} {{.Config.Image}}' web"] },
  logs: {
    before: ['docker run --name box busybox sh -c "echo one; echo two; echo three"'],
    show: ['docker logs --tail 2 box'],
  },
  port: { images: NGINX, before: WEB, show: ['docker port web'] },
  stop: { images: NGINX, before: WEB, show: ['docker stop web', "docker ps -a --format '{{.Names}} {{.Status}}'"] },
  kill: { before: SLEEPER, show: ['docker kill box', "docker inspect -f '{{.State.ExitCode}}' box"] },
  wait: { before: ['docker run -d --name box busybox sh -c "sleep 2; exit 7"'], show: ['docker wait box'] },
  rm: { before: ['docker run --name box busybox true'], show: ['docker rm box'] },
  rmi: { show: ['docker rmi busybox'] },
  tag: {
    show: ['docker tag busybox toolbox:1', "docker images --format '{{.Repository}}:{{.Tag}} {{.ID}}'"],
  },
  top: { before: SLEEPER, show: ['docker top box'] },
  diff: { before: ['docker run --name box busybox sh -c "echo hi > /note; rm /bin/vi"'], show: ['docker diff box'] },
  cp: {
    files: { 'notes.txt': 'Buy rope.\n' },
    before: SLEEPER,
    show: ['docker cp notes.txt box:/tmp/', 'docker exec box cat /tmp/notes.txt'],
  },
  commit: {
    before: ['docker run --name box busybox touch /note'],
    show: ['docker commit box with-note', 'docker run --rm with-note ls /note'],
  },
  history: {
    images: NGINX,
    show: ["docker history --format '{{.Size}} {{.CreatedBy}}' nginx:alpine | head -4"],
  },
  create: { show: ['docker create --name box busybox echo hello', 'docker start -a box'] },
  rename: { before: SLEEPER, show: ['docker rename box crate', "docker ps --format '{{.Names}}'"] },
  pause: { before: SLEEPER, show: ['docker pause box', "docker ps --format '{{.Status}}'"] },
  update: {
    before: SLEEPER,
    show: ['docker update --memory 64m --memory-swap 64m box', "docker inspect -f '{{.HostConfig.Memory}}' box"],
  },
  save: { show: ['docker save busybox | tar -t'] },
  export: { before: ['docker run --name box busybox true'], show: ['docker export box | tar -t | head -5'] },
  version: { show: ["docker version --format '{{.Client.Version}} {{.Server.Version}}'"] },
  'volume/create': {
    show: [
      'docker volume create data',
      'docker run --rm -v data:/data busybox touch /data/note',
      'docker run --rm -v data:/data busybox ls /data',
    ],
  },
  'volume/ls': { before: ['docker volume create data'], show: ['docker volume ls'] },
  'volume/prune': {
    before: ['docker run -v /data busybox true', 'docker container prune -f', 'docker volume create kept'],
    show: ['docker volume prune -f | tail -1', 'docker volume ls -q'],
  },
  'network/create': {
    images: NGINX,
    show: [
      'docker network create harbour',
      'docker run -d --name web --network harbour nginx:alpine',
      'docker run --rm --network harbour busybox wget -qO- web | head -4',
    ],
  },
  'network/ls': { show: ['docker network ls'] },
  'system/df': { images: NGINX, before: WEB, show: ['docker system df'] },
  'container/prune': { before: ['docker run busybox true'], show: ['docker container prune -f'] },
  'image/prune': {
    files: app('RUN date > /now'),
    before: [BUILD, 'docker build -q --no-cache -t app .'],
    show: ['docker image prune -f'],
  },
  'context/ls': { show: ['docker context ls'] },
  restart: { before: SLEEPER, show: ['docker restart -t 1 box', "docker ps --format '{{.Status}}'"] },
  start: {
    before: ['docker run --name box busybox echo hello'],
    show: ['docker start box', 'docker logs box'],
  },
  stats: {
    before: SLEEPER,
    show: ["docker stats --no-stream --format '{{.Name}} {{.CPUPerc}} {{.PIDs}}'"],
  },
  events: {
    before: ['docker run --rm --name box busybox true', 'sleep 1'],
    show: ["docker events --since 5m --until 0s --format '{{.Type}} {{.Action}}'"],
  },
  load: {
    before: ['docker save -o busybox.tar busybox', 'docker rmi busybox'],
    show: ['docker load -i busybox.tar'],
  },
  import: {
    before: ['docker run --name box busybox touch /note', 'docker export -o box.tar box'],
    show: ['docker import box.tar flat', "docker history --format '{{.Size}} {{.Comment}}' flat"],
  },
  push: {
    images: ['busybox', 'registry'],
    before: ['docker run -d -p 5000:5000 registry', 'sleep 1', 'docker tag busybox localhost:5000/tools'],
    show: ['docker push -q localhost:5000/tools', 'curl -s localhost:5000/v2/_catalog'],
  },
  'volume/inspect': {
    before: ['docker volume create --label team=harbour data'],
    show: ["docker volume inspect -f '{{.Driver}} {{.Mountpoint}} {{.Labels}}' data"],
  },
  'volume/rm': {
    before: ['docker volume create data', 'docker run --name box -v data:/data busybox true'],
    show: ['docker volume rm data', 'docker rm box', 'docker volume rm data'],
  },
  'network/inspect': {
    before: ['docker network create harbour', 'docker run -d --name box --network harbour busybox sleep 1h'],
    show: ["docker network inspect -f '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}' harbour"],
  },
  'network/connect': {
    before: ['docker network create harbour', ...SLEEPER],
    show: [
      'docker network connect harbour box',
      "docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}' box",
    ],
  },
  'network/rm': { before: ['docker network create harbour'], show: ['docker network rm harbour'] },
  'network/prune': { before: ['docker network create harbour'], show: ['docker network prune -f'] },
  'system/prune': {
    files: app('RUN date > /now'),
    before: [BUILD, 'docker run app true'],
    show: ['docker system prune -f | tail -1', 'docker ps -aq', 'docker images -q'],
  },
  'buildx/du': { files: app('RUN date > /now'), before: [BUILD], show: ['docker buildx du | tail -5'] },
  'builder/prune': {
    files: app('RUN date > /now'),
    before: [BUILD],
    show: ['docker builder prune -af | tail -1'],
  },
};
