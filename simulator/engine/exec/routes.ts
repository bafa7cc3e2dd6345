import type { ExecCreateRequest, ExecStartRequest } from '../../api/types.ts';
import { connectStreams, readDetachKeys } from '../containers/attach.ts';
import { MULTIPLEXED_STREAM, RAW_STREAM } from '../containers/multiplex.ts';
import { ApiError, conflict } from '../errors.ts';
import { json, type Call, type Routes } from '../http.ts';
import type { HttpResponse } from '../../http/http.ts';
import { checkExecutable, createExec, execView, runExec } from './run.ts';

async function start(call: Call): Promise<HttpResponse> {
  const { engine } = call;
  const exec = engine.execs.get(call.param('id'));
  const request = (await call.json<ExecStartRequest>()) ?? {};
  const container = engine.containers.get(exec.containerId);
  if (exec.started && !exec.running) throw conflict(`Error: Exec command ${exec.id} has already run`);
  if (exec.running) throw conflict(`Error: Exec command ${exec.id} is already running`);
  checkExecutable(container);
  if (request.ConsoleSize) exec.consoleSize = request.ConsoleSize;
  if (request.Detach) {
    await runExec(engine, container, exec);
    return { status: 200 };
  }
  return {
    status: 101,
    headers: { 'Content-Type': exec.tty || call.version < 142 ? RAW_STREAM : MULTIPLEXED_STREAM },
    hijack: async (connection) => {
      const streams = connectStreams(connection, exec.streams, {
        ...exec.attach,
        tty: exec.tty,
        closeStdin: true,
        detachKeys: readDetachKeys(exec.detachKeys),
        onDetach: () => engine.containerEvent(container, 'exec_detach', { execID: exec.id }),
      });
      try {
        await runExec(engine, container, exec);
      } catch (error) {
        // The head is out: what went wrong was told on the stream.
        if (!(error instanceof ApiError)) throw error;
      }
      await streams;
    },
  };
}

/** POST /containers/{id}/exec, /exec/{id}/… */
export const execRoutes: Routes = [
  [
    'POST',
    '/containers/{id}/exec',
    async (call) => {
      const container = call.engine.containers.get(call.param('id'));
      const request = await call.required<ExecCreateRequest>();
      readDetachKeys(request.DetachKeys ?? '');
      return json({ Id: createExec(call.engine, container, request).id }, 201);
    },
  ],
  ['POST', '/exec/{id}/start', start],
  [
    'POST',
    '/exec/{id}/resize',
    (call) => {
      const exec = call.engine.execs.get(call.param('id'));
      exec.streams.pty?.resize({ rows: Number(call.text('h')), columns: Number(call.text('w')) });
      return { status: 200 };
    },
  ],
  ['GET', '/exec/{id}/json', (call) => json(execView(call.engine.execs.get(call.param('id'))))],
];
