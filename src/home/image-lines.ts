/** What the images of the simulated Docker Hub are, in our words, with a command that shows each of them at work. */
export const IMAGE_GROUPS = {
  system: 'Linux systems',
  tool: 'Small tools',
  web: 'Web servers',
  data: 'Databases and queues',
  language: 'Languages',
} as const;

export interface ImageLine {
  readonly group: keyof typeof IMAGE_GROUPS;
  readonly line: string;
  readonly command: string;
  /**
   * Runs the image's own program, where the machine may not have it. If it has not, the list says so and offers the
   * image's history instead of `command`.
   */
  readonly probe?: string;
}

/** By the name one types. */
export const IMAGE_LINES: Readonly<Record<string, ImageLine>> = {
  alpine: {
    group: 'system',
    line: 'A small Linux system with musl and the apk package manager.',
    command: 'docker run --rm alpine cat /etc/os-release',
  },
  busybox: {
    group: 'system',
    line: 'The usual commands in one program of less than a megabyte.',
    command: 'docker run --rm busybox ls /bin',
  },
  debian: { group: 'system', line: 'Debian, with apt.', command: 'docker run -it --rm debian bash' },
  ubuntu: { group: 'system', line: 'Ubuntu, with apt.', command: 'docker run -it --rm ubuntu bash' },
  'buildpack-deps': {
    group: 'system',
    line: 'Debian with compilers and libraries; the languages stand on it.',
    command: 'docker pull buildpack-deps && docker history buildpack-deps',
  },
  'hello-world': {
    group: 'tool',
    line: 'One static program that prints a text and ends.',
    command: 'docker run --rm hello-world',
  },
  registry: {
    group: 'tool',
    line: 'A registry of one’s own, to push to.',
    command: 'docker run -d --name registry -p 5000:5000 registry && sleep 1 && curl localhost:5000/v2/_catalog',
  },
  docker: {
    group: 'tool',
    line: 'The docker command in a container.',
    command: 'docker run --rm -v /var/run/docker.sock:/var/run/docker.sock docker:cli docker ps',
  },
  'curlimages/curl': {
    group: 'tool',
    line: 'curl, to ask other containers with.',
    command: 'docker run --rm curlimages/curl --version',
  },
  'alpine/git': {
    group: 'tool',
    line: 'git on Alpine.',
    command: 'docker run --rm alpine/git --version',
    probe: 'docker run --rm alpine/git --version',
  },
  'nicolaka/netshoot': {
    group: 'tool',
    line: 'Tools for looking at networks.',
    command: 'docker run --rm nicolaka/netshoot ip addr',
  },
  nginx: {
    group: 'web',
    line: 'A web server and proxy.',
    command: 'docker run -d --name web -p 8080:80 nginx && sleep 1 && curl localhost:8080',
  },
  httpd: {
    group: 'web',
    line: 'The Apache web server.',
    command: 'docker run -d --name apache -p 8081:80 httpd && sleep 1 && curl localhost:8081',
  },
  caddy: {
    group: 'web',
    line: 'A web server that is set up with few lines.',
    command: 'docker run -d --name caddy -p 8082:80 caddy && sleep 1 && curl localhost:8082',
    probe: 'docker run --rm caddy caddy version',
  },
  haproxy: {
    group: 'web',
    line: 'Spreads connections over several servers.',
    command: 'docker run --rm haproxy haproxy -v',
    probe: 'docker run --rm haproxy haproxy -v',
  },
  traefik: {
    group: 'web',
    line: 'A proxy that reads its routes from containers’ labels.',
    command: 'docker run --rm traefik traefik version',
    probe: 'docker run --rm traefik traefik version',
  },
  wordpress: {
    group: 'web',
    line: 'WordPress with PHP and Apache.',
    command: 'docker run -d --name blog -p 8083:80 wordpress',
    probe: 'docker run --rm -p 8083:80 wordpress',
  },
  adminer: {
    group: 'web',
    line: 'A page to manage databases with.',
    command: 'docker run -d --name adminer -p 8084:8080 adminer',
    probe: 'docker run --rm -p 8084:8080 adminer',
  },
  redis: {
    group: 'data',
    line: 'Keys and values in memory, kept on disk on request.',
    command: 'docker run -d --name cache redis && sleep 1 && docker exec cache redis-cli ping',
  },
  postgres: {
    group: 'data',
    line: 'The PostgreSQL database.',
    command: 'docker run -d --name db -e POSTGRES_PASSWORD=secret postgres && docker logs db',
    probe: 'docker run --rm postgres initdb --version',
  },
  mysql: {
    group: 'data',
    line: 'The MySQL database.',
    command: 'docker run -d --name mysql -e MYSQL_ROOT_PASSWORD=secret mysql',
    probe: 'docker run --rm -e MYSQL_ROOT_PASSWORD=secret mysql',
  },
  mariadb: {
    group: 'data',
    line: 'The MariaDB database.',
    command: 'docker run -d --name mariadb -e MARIADB_ROOT_PASSWORD=secret mariadb',
    probe: 'docker run --rm -e MARIADB_ROOT_PASSWORD=secret mariadb',
  },
  mongo: {
    group: 'data',
    line: 'The MongoDB database of documents.',
    command: 'docker run -d --name mongo mongo',
    probe: 'docker run --rm mongo',
  },
  memcached: {
    group: 'data',
    line: 'A cache in memory.',
    command: 'docker run -d --name memcached memcached',
    probe: 'docker run --rm memcached',
  },
  rabbitmq: {
    group: 'data',
    line: 'Queues of messages.',
    command: 'docker run -d --name rabbit rabbitmq',
    probe: 'docker run --rm rabbitmq',
  },
  python: {
    group: 'language',
    line: 'Python with pip; the slim and alpine tags are smaller.',
    command: 'docker run --rm python:slim python -c "print(6 * 7)"',
  },
  node: {
    group: 'language',
    line: 'Node.js with npm.',
    command: 'docker run --rm node:alpine node -e "console.log(6 * 7)"',
    probe: 'docker run --rm node:alpine node --version',
  },
  golang: {
    group: 'language',
    line: 'The Go compiler.',
    command: 'docker run --rm golang go version',
    probe: 'docker run --rm golang go version',
  },
  rust: {
    group: 'language',
    line: 'The Rust compiler and cargo.',
    command: 'docker run --rm rust cargo --version',
    probe: 'docker run --rm rust cargo --version',
  },
  ruby: {
    group: 'language',
    line: 'Ruby with gem.',
    command: 'docker run --rm ruby ruby --version',
    probe: 'docker run --rm ruby ruby --version',
  },
  php: {
    group: 'language',
    line: 'PHP, on the command line or with Apache.',
    command: 'docker run --rm php php --version',
    probe: 'docker run --rm php php --version',
  },
  'eclipse-temurin': {
    group: 'language',
    line: 'Java, with or without its compiler.',
    command: 'docker run --rm eclipse-temurin java -version',
    probe: 'docker run --rm eclipse-temurin java -version',
  },
};
