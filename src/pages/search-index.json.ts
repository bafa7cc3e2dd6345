/** The search index: one file, loaded when search is first opened. */
import type { APIRoute } from 'astro';
import { indexJson } from '../search/documents.ts';

export const GET: APIRoute = async () =>
  new Response(await indexJson(), { headers: { 'content-type': 'application/json' } });
