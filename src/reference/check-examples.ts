/** For each build check why it is there, a Dockerfile that it finds fault with, and one that it leaves in peace. */
import type { RuleName } from '../../simulator/dockerfile/checks.ts';

export interface CheckExample {
  readonly why: string;
  readonly before: string;
  readonly after: string;
  /** Lines of the .dockerignore beside it. */
  readonly ignore?: readonly string[];
}

const lines = (...text: string[]): string => text.join('\n');

export const CHECK_EXAMPLES: Readonly<Record<RuleName, CheckExample>> = {
  StageNameCasing: {
    why: 'Stage names are compared without regard to case, so capitals promise a difference that there is not.',
    before: 'FROM alpine AS Build',
    after: 'FROM alpine AS build',
  },
  FromAsCasing: {
    why: 'FROM and AS are one instruction; written alike, they are found alike.',
    before: 'FROM alpine as build',
    after: 'FROM alpine AS build',
  },
  NoEmptyContinuation: {
    why: 'A backslash joins the next line. An empty one in between is skipped today and will be an error one day.',
    before: lines('FROM alpine', 'RUN apk add \\', '', '    curl'),
    after: lines('FROM alpine', 'RUN apk add \\', '    curl'),
  },
  ConsistentInstructionCasing: {
    why: 'Instructions are read in any case; a file that mixes them is harder for people to read.',
    before: lines('FROM alpine', 'Run apk add curl'),
    after: lines('FROM alpine', 'RUN apk add curl'),
  },
  DuplicateStageName: {
    why: 'Of two stages with one name only the later can be named afterwards.',
    before: lines('FROM golang AS build', 'FROM alpine AS build'),
    after: lines('FROM golang AS build', 'FROM alpine AS final'),
  },
  ReservedStageName: {
    why: 'scratch and context mean something of their own where a stage’s name may stand.',
    before: 'FROM alpine AS context',
    after: 'FROM alpine AS sources',
  },
  JSONArgsRecommended: {
    why: 'In the shell form a shell is PID 1. It need not pass on SIGTERM, and docker stop then waits ten seconds.',
    before: lines('FROM nginx', "CMD nginx -g 'daemon off;'"),
    after: lines('FROM nginx', 'CMD ["nginx", "-g", "daemon off;"]'),
  },
  MaintainerDeprecated: {
    why: 'MAINTAINER is out of use; labels say the same and can be searched for.',
    before: lines('FROM alpine', 'MAINTAINER ann@example.com'),
    after: lines('FROM alpine', 'LABEL org.opencontainers.image.authors="ann@example.com"'),
  },
  UndefinedArgInFrom: {
    why: 'In FROM only an ARG that stands before the first FROM has a value.',
    before: lines('ARG TAG=3.22', 'FROM alpine:${TGA:-latest}'),
    after: lines('ARG TAG=3.22', 'FROM alpine:${TAG:-latest}'),
  },
  WorkdirRelativePath: {
    why: 'Where a relative WORKDIR leads depends on the base image, and moves when that changes.',
    before: lines('FROM alpine', 'WORKDIR app'),
    after: lines('FROM alpine', 'WORKDIR /app'),
  },
  UndefinedVar: {
    why: 'A variable that nothing sets is empty, without an error. Mostly it is misspelled, or an ARG of another stage.',
    before: lines('FROM alpine', 'ENV HOST=$HOSTNAM'),
    after: lines('FROM alpine', 'ARG HOSTNAM', 'ENV HOST=$HOSTNAM'),
  },
  MultipleInstructionsDisallowed: {
    why: 'Of several CMD, ENTRYPOINT or HEALTHCHECK in a stage only the last one counts.',
    before: lines('FROM alpine', 'CMD ["date"]', 'CMD ["uptime"]'),
    after: lines('FROM alpine', 'CMD ["uptime"]'),
  },
  LegacyKeyValueFormat: {
    why: 'Without = the value is the rest of the line, so that a second variable cannot follow.',
    before: lines('FROM alpine', 'ENV LEVEL debug'),
    after: lines('FROM alpine', 'ENV LEVEL=debug'),
  },
  InvalidBaseImagePlatform: {
    why: 'The base image was made for another processor than the build asks for, so its programs will not start.',
    before: 'FROM alpine@sha256:… (an image for linux/arm64)',
    after: 'FROM alpine',
  },
  RedundantTargetPlatform: {
    why: 'The target platform is what FROM takes anyway.',
    before: 'FROM --platform=$TARGETPLATFORM alpine',
    after: 'FROM alpine',
  },
  SecretsUsedInArgOrEnv: {
    why: 'ARG and ENV can be read in the image’s history and config by everyone who has the image.',
    before: lines('FROM alpine', 'ARG API_TOKEN', 'RUN wget https://example.com/?t=$API_TOKEN'),
    after: lines(
      'FROM alpine',
      'RUN --mount=type=secret,id=token wget https://example.com/?t=$(cat /run/secrets/token)',
    ),
  },
  InvalidDefaultArgInFrom: {
    why: 'A build without --build-arg would look for an image with an empty tag.',
    before: lines('ARG TAG', 'FROM alpine:$TAG'),
    after: lines('ARG TAG=3.22', 'FROM alpine:$TAG'),
  },
  FromPlatformFlagConstDisallowed: {
    why: 'A fixed platform makes the image run only there, whatever --platform says.',
    before: 'FROM --platform=linux/amd64 alpine',
    after: 'FROM alpine',
  },
  CopyIgnoredFile: {
    why: 'What .dockerignore excludes is not in the build context, so there is nothing to copy.',
    before: lines('FROM alpine', 'COPY debug.log /'),
    after: lines('FROM alpine', 'COPY notes.txt /'),
    ignore: ['*.log'],
  },
  InvalidDefinitionDescription: {
    why: 'A comment right above ARG or FROM is taken as its description in docker build --call=outline, if it begins with the name.',
    before: lines('# check=experimental=all', '# the version', 'ARG VERSION=1', 'FROM alpine'),
    after: lines('# check=experimental=all', '# VERSION of the program', 'ARG VERSION=1', 'FROM alpine'),
  },
  ExposeProtoCasing: {
    why: 'Protocols are written in small letters.',
    before: lines('FROM alpine', 'EXPOSE 53/UDP'),
    after: lines('FROM alpine', 'EXPOSE 53/udp'),
  },
  ExposeInvalidFormat: {
    why: 'EXPOSE is a note about the container’s own port. Which port of the host leads to it is said by docker run -p.',
    before: lines('FROM alpine', 'EXPOSE 127.0.0.1:8080:80'),
    after: lines('FROM alpine', 'EXPOSE 80'),
  },
};
