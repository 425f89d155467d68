import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { WebSocket as NodeWebSocket } from 'ws';
import { createApi, type Api } from '../../src/app/api.ts';
import { serveRelay, type Running, type ServeOptions } from '../../sync-server/ops/serve.ts';

/** A real relay in this process: its own folder, a free port, a real SQLite file. */
export interface TestRelay {
  readonly running: Running;
  readonly url: string;
  readonly dataDir: string;
  /** Set where it stands on PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** A browser without cookies. */
  browser(): TestBrowser;
  /** Stops the relay and starts it again on the same folder and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What a browser keeps between requests, and the API as the app calls it. */
export interface TestBrowser {
  readonly api: Api;
  /** `name=value; …` of the cookies it holds. */
  readonly cookie: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A WebSocket class that sends this browser's cookies, and the Origin a page of the relay would. */
  readonly WebSocket: typeof WebSocket;
  socket(path: string, headers?: Record<string, string>): NodeWebSocket;
}

/** Where a relay of the tests keeps its data unless told; a file that repeats tests on PostgreSQL sets another. */
export const backend: { newDatabase: () => Promise<string | undefined> } = {
  newDatabase: () => Promise.resolve(undefined),
};

export async function startTestRelay(
  options: Partial<ServeOptions> & { publicUrl?: string; metricsToken?: string; log?: Logger } = {},
): Promise<TestRelay> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lienhe-'));
  const databaseUrl = await backend.newDatabase();
  const serve = (port: number) =>
    serveRelay({
      log: pino({ level: 'silent' }),
      version: 'test',
      ...options,
      config: {
        port,
        host: '127.0.0.1',
        dataDir,
        databaseFile: join(dataDir, 'lienhe.sqlite'),
        databaseUrl,
        publicUrl: options.publicUrl,
        metricsToken: options.metricsToken,
        logLevel: 'silent',
        keepLogMs: 90 * 86_400_000,
      },
    });
  let running = await serve(0);
  const relay: TestRelay = {
    get running() {
      return running;
    },
    get url() {
      return `http://127.0.0.1:${running.port}`;
    },
    dataDir,
    databaseUrl,
    browser: () => createBrowser(relay),
    async restart() {
      const { port } = running;
      await running.stop();
      running = await serve(port);
    },
    async stop() {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return relay;
}

/** A browser that knows the relay, or the proxy before it, by this address. */
export function createBrowser(relay: { readonly url: string }): TestBrowser {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const get = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', cookie());
    if (!headers.has('origin') && (init.method ?? 'GET') !== 'GET') headers.set('origin', relay.url);
    // `new Request` would drop the cookie header of a page; the relay's own fetch takes what it is given
    const response = await fetch(relay.url + path, { ...init, headers });
    for (const set of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = set.split(';');
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '' || attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const headers = (more: Record<string, string> = {}) => ({
    origin: relay.url,
    ...(cookies.size > 0 ? { cookie: cookie() } : {}),
    ...more,
  });
  class BrowserSocket extends NodeWebSocket {
    constructor(url: string | URL) {
      super(url, { headers: headers() });
    }
  }
  return {
    api: createApi((input, init) => get(input as string, init)),
    get cookie() {
      return cookie();
    },
    fetch: get,
    WebSocket: BrowserSocket as unknown as typeof WebSocket,
    socket: (path, more) => new NodeWebSocket(relay.url.replace('http', 'ws') + path, { headers: headers(more) }),
  };
}

export const ADMIN = {
  workspace: 'Công ty Sao Mai',
  name: 'Nguyễn Văn An',
  email: 'an@saomai.vn',
  password: 'mat-khau-1',
};

/** A relay that is set up, with its administrator signed in. */
export async function setUp(relay: Pick<TestRelay, 'browser'>): Promise<TestBrowser> {
  const browser = relay.browser();
  const done = await browser.api.setup(ADMIN);
  if (!done.ok) throw new Error(`set-up failed: ${done.error.type}`);
  return browser;
}

/** Invites and signs up one more person. */
export async function addMember(
  relay: Pick<TestRelay, 'browser'>,
  admin: TestBrowser,
  email: string,
  role: 'admin' | 'member' = 'member',
  name = email,
): Promise<TestBrowser> {
  const invitation = await admin.api.invitations.create({ email, role });
  if (!invitation.ok) throw new Error(`invitation failed: ${invitation.error.type}`);
  const browser = relay.browser();
  const done = await browser.api.invitations.accept(invitation.value.id, { name, password: 'mat-khau-2' });
  if (!done.ok) throw new Error(`accept failed: ${done.error.type}`);
  return browser;
}
