/** The language of nginx's configuration files: words, blocks, includes; and which directives there are. */

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** A configuration error in nginx's words, with its place. */
export class ConfigError extends Error {}

const at = (file: string, line: number): string => ` in ${file}:${line}`;
export const fault = (directive: Pick<Directive, 'file' | 'line'>, message: string): ConfigError =>
  new ConfigError(`${message}${at(directive.file, directive.line)}`);

interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** What a backslash before a character stands for; before any other it is itself. */
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', n: '\n', r: '\r', t: '\t' };

/** Splits a file into words and the signs `;`, `{` and `}`. */
function* words(text: string, file: string): Generator<Word> {
  let line = 1;
  for (let i = 0; i < text.length;) {
    const c = text[i]!;
    if (c === '\n') line++;
    if (/\s/.test(c)) i++;
    else if (c === '#') {
      while (i < text.length && text[i] !== '\n') i++;
    } else if (c === ';' || c === '{' || c === '}') {
      yield { text: c, quoted: false, line };
      i++;
    } else if (c === '"' || c === "'") {
      const begun = line;
      let value = '';
      for (i++; i < text.length && text[i] !== c; i++) {
        if (text[i] === '\n') line++;
        if (text[i] === '\\' && text[i + 1] !== undefined) {
          const escape = ESCAPES[text[i + 1]!];
          if (escape !== undefined) {
            value += escape;
            i++;
            continue;
          }
        }
        value += text[i];
      }
      if (i >= text.length) throw new ConfigError(`unexpected end of file, expecting ";" or "}"${at(file, line)}`);
      i++;
      yield { text: value, quoted: true, line: begun };
    } else {
      let value = '';
      for (; i < text.length && !/[\s;]/.test(text[i]!); i++) {
        if (text[i] === '{' && text[i - 1] !== '$') break;
        if (text[i] === '$' && text[i + 1] === '{') {
          const end = text.indexOf('}', i);
          value += text.slice(i, end < 0 ? text.length : end + 1);
          i = end < 0 ? text.length : end;
          continue;
        }
        if (text[i] === '\\' && i + 1 < text.length) value += text[i++];
        value += text[i];
      }
      yield { text: value, quoted: false, line };
    }
  }
}

/** Reads files for `include`: the paths a pattern names, and their texts (undefined: [error text]). */
export interface Files {
  expand(pattern: string): string[];
  read(path: string): string;
}

/** Parses a file with its includes. */
export function parseConfig(path: string, files: Files): Directive[] {
  const stream = words(files.read(path), path);
  let lastLine = 1;
  const block = (nested: boolean): Directive[] => {
    const list: Directive[] = [];
    let current: Word[] = [];
    for (;;) {
      const next = stream.next();
      if (next.done) {
        if (current.length > 0)
          throw new ConfigError(`unexpected end of file, expecting ";" or "}"${at(path, lastLine)}`);
        if (nested) throw new ConfigError(`unexpected end of file, expecting "}"${at(path, lastLine)}`);
        return list;
      }
      const word = next.value;
      lastLine = word.line;
      const sign = word.quoted ? '' : word.text;
      if (sign === '}') {
        if (current.length > 0 || !nested) throw new ConfigError(`unexpected "}"${at(path, word.line)}`);
        return list;
      }
      if (sign !== ';' && sign !== '{') {
        current.push(word);
        continue;
      }
      const [head, ...args] = current;
      if (!head) throw new ConfigError(`unexpected "${sign}"${at(path, word.line)}`);
      current = [];
      const directive = { name: head.text, args: args.map(({ text }) => text), file: path, line: word.line };
      if (sign === '{') {
        // A map's and types' lines are data, but words like any others.
        list.push({ ...directive, block: block(true) });
      } else if (head.text === 'include') {
        list.push(...include({ ...directive, block: undefined }, files));
      } else list.push({ ...directive, block: undefined });
    }
  };
  return block(false);
}

function include(directive: Directive, files: Files): Directive[] {
  const pattern = directive.args[0];
  if (pattern === undefined) throw fault(directive, 'invalid number of arguments in "include" directive');
  const path = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  if (/[*?[]/.test(path)) return files.expand(path).flatMap((file) => parseConfig(file, files));
  try {
    return parseConfig(path, files);
  } catch (error) {
    if (error instanceof ConfigError && error.message.startsWith('open() ')) throw fault(directive, error.message);
    throw error;
  }
}

/** Directives of nginx's standard modules. Those we do not act on are accepted, as their effect is not seen here. */
const KNOWN = new Set(
  `absolute_redirect accept_mutex access_log add_after_body add_before_body add_header add_trailer addition_types aio alias allow
   ancient_browser auth_basic auth_basic_user_file auth_delay auth_request auth_request_set autoindex autoindex_exact_size
   autoindex_format autoindex_localtime charset charset_map charset_types chunked_transfer_encoding client_body_buffer_size
   client_body_in_file_only client_body_temp_path client_body_timeout client_header_buffer_size client_header_timeout
   client_max_body_size connection_pool_size create_full_put_path daemon dav_access dav_methods debug_connection default_type deny
   directio disable_symlinks empty_gif env error_log error_page etag events expires fastcgi_buffer_size fastcgi_buffering
   fastcgi_buffers fastcgi_cache fastcgi_cache_key fastcgi_cache_path fastcgi_cache_valid fastcgi_connect_timeout
   fastcgi_hide_header fastcgi_index fastcgi_intercept_errors fastcgi_param fastcgi_pass fastcgi_pass_header fastcgi_read_timeout
   fastcgi_send_timeout fastcgi_split_path_info flv geo grpc_pass grpc_set_header gunzip gzip gzip_buffers gzip_comp_level
   gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_static gzip_types gzip_vary hash health_check http http2
   http2_max_concurrent_streams if if_modified_since ignore_invalid_headers image_filter internal ip_hash keepalive
   keepalive_disable keepalive_min_timeout keepalive_requests keepalive_time keepalive_timeout large_client_header_buffers
   least_conn limit_conn limit_conn_status limit_conn_zone limit_except limit_rate limit_rate_after limit_req limit_req_status
   limit_req_zone lingering_close lingering_timeout listen load_module location lock_file log_format log_not_found
   log_subrequest map map_hash_bucket_size map_hash_max_size master_process max_ranges memcached_pass merge_slashes
   mirror modern_browser mp4 msie_padding msie_refresh multi_accept open_file_cache open_file_cache_errors
   open_file_cache_min_uses open_file_cache_valid open_log_file_cache output_buffers override_charset pcre_jit pid
   port_in_redirect postpone_output proxy_bind proxy_buffer_size proxy_buffering proxy_buffers proxy_busy_buffers_size
   proxy_cache proxy_cache_bypass proxy_cache_key proxy_cache_lock proxy_cache_methods proxy_cache_min_uses proxy_cache_path
   proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid proxy_connect_timeout proxy_cookie_domain proxy_cookie_path
   proxy_headers_hash_bucket_size proxy_headers_hash_max_size proxy_hide_header proxy_http_version proxy_ignore_client_abort
   proxy_ignore_headers proxy_intercept_errors proxy_max_temp_file_size proxy_method proxy_next_upstream
   proxy_next_upstream_timeout proxy_next_upstream_tries proxy_no_cache proxy_pass proxy_pass_header proxy_pass_request_body
   proxy_pass_request_headers proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_timeout proxy_set_body
   proxy_set_header proxy_socket_keepalive proxy_ssl_certificate proxy_ssl_name proxy_ssl_protocols proxy_ssl_server_name
   proxy_ssl_session_reuse proxy_ssl_trusted_certificate proxy_ssl_verify proxy_store proxy_temp_path random random_index
   read_ahead real_ip_header real_ip_recursive recursive_error_pages referer_hash_bucket_size request_pool_size
   reset_timedout_connection resolver resolver_timeout return rewrite rewrite_log root satisfy secure_link send_timeout sendfile
   sendfile_max_chunk server server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size
   server_tokens set set_real_ip_from slice source_charset split_clients ssi ssl ssl_buffer_size ssl_certificate
   ssl_certificate_key ssl_ciphers ssl_client_certificate ssl_dhparam ssl_ecdh_curve ssl_prefer_server_ciphers ssl_protocols
   ssl_session_cache ssl_session_tickets ssl_session_timeout ssl_stapling ssl_stapling_verify ssl_trusted_certificate
   ssl_verify_client stub_status sub_filter sub_filter_once sub_filter_types subrequest_output_buffer_size tcp_nodelay tcp_nopush
   thread_pool timer_resolution try_files types types_hash_bucket_size types_hash_max_size underscores_in_headers
   uninitialized_variable_warn upstream use user userid uwsgi_pass valid_referers variables_hash_bucket_size
   variables_hash_max_size worker_aio_requests worker_connections worker_cpu_affinity worker_priority worker_processes
   worker_rlimit_core worker_rlimit_nofile worker_shutdown_timeout working_directory xml_entities xslt_stylesheet zone`
    .trim()
    .split(/\s+/),
);

/** Where block directives and the most mistaken others may stand. */
const CONTEXTS: Readonly<Record<string, readonly string[]>> = {
  http: ['main'],
  events: ['main'],
  user: ['main'],
  worker_processes: ['main'],
  daemon: ['main'],
  pid: ['main'],
  worker_connections: ['events'],
  server: ['http', 'upstream'],
  upstream: ['http'],
  map: ['http'],
  log_format: ['http'],
  listen: ['server'],
  server_name: ['server'],
  location: ['server', 'location'],
  proxy_pass: ['location', 'if', 'limit_except'],
  alias: ['location'],
  internal: ['location'],
  try_files: ['server', 'location'],
  return: ['server', 'location', 'if'],
  rewrite: ['server', 'location', 'if'],
  root: ['http', 'server', 'location', 'if'],
  index: ['http', 'server', 'location'],
  autoindex: ['http', 'server', 'location'],
  error_page: ['http', 'server', 'location', 'if'],
};
const BLOCKS = new Set([
  'http',
  'events',
  'server',
  'location',
  'upstream',
  'map',
  'types',
  'if',
  'geo',
  'limit_except',
  'split_clients',
  'charset_map',
]);
/** Blocks whose lines are data. */
const TABLES = new Set(['types', 'map', 'geo', 'split_clients', 'charset_map']);

/** Checks names, places and numbers of arguments. Throws what nginx says. */
export function checkConfig(list: readonly Directive[], context = 'main'): void {
  for (const directive of list) {
    const { name, args, block } = directive;
    if (!KNOWN.has(name) && !['index', 'weight'].includes(name)) throw fault(directive, `unknown directive "${name}"`);
    const places = CONTEXTS[name];
    if (places && !places.includes(context)) throw fault(directive, `"${name}" directive is not allowed here`);
    const opens = BLOCKS.has(name) && !(name === 'server' && context === 'upstream');
    if (opens && !block) throw fault(directive, `directive "${name}" has no opening "{"`);
    if (!opens && block) throw fault(directive, `directive "${name}" is not terminated by ";"`);
    const few = [
      'listen',
      'root',
      'alias',
      'proxy_pass',
      'return',
      'index',
      'try_files',
      'error_page',
      'location',
      'upstream',
      'access_log',
      'error_log',
    ];
    const one = [
      'root',
      'alias',
      'proxy_pass',
      'upstream',
      'worker_processes',
      'worker_connections',
      'default_type',
      'pid',
    ];
    const pairs = ['proxy_set_header'];
    const wrong =
      (few.includes(name) && args.length === 0) ||
      (one.includes(name) && args.length !== 1) ||
      (pairs.includes(name) && args.length !== 2) ||
      (name === 'try_files' && args.length < 2);
    if (wrong) throw fault(directive, `invalid number of arguments in "${name}" directive`);
    if (block && !TABLES.has(name)) checkConfig(block, name);
  }
}
