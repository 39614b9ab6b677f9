// What the one HTTP client promises, against servers that mean no good.
import { type RequestListener, type Server, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PassingFailure } from '../../../build/host/delivery/failure.js';
import { HttpClient, type HttpServer } from '../../../build/host/delivery/http-client.js';
import { certificate, itWithOpenssl } from '../../support/certificate.js';
import { temporaryDirectory } from '../../support/command.js';

const directory = temporaryDirectory();
const servers: Server[] = [];
const clients: HttpClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const clientOf = (origin: string, more: Partial<HttpServer> = {}): HttpClient => {
  const client = new HttpClient({ origin, name: 'name', answerMs: 10_000, answerBytes: 1000, ...more });
  clients.push(client);
  return client;
};
const clientFor = async (listener: RequestListener, more: Partial<HttpServer> = {}): Promise<HttpClient> =>
  clientOf(`http://${await listen(createServer(listener))}`, more);
const GET = { method: 'GET', path: '/' } as const;

describe('the HTTP client', () => {
  it('sends a body in gzip, with its type and the credentials, and reads an answer in gzip', async () => {
    const client = await clientFor(
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { method, url, headers } = request;
          const seen = [method, url, headers['content-type'], headers.authorization, headers['user-agent']];
          const answer = JSON.stringify([...seen, gunzipSync(Buffer.concat(chunks)).toString()]);
          response.writeHead(201, { 'content-encoding': 'gzip', 'retry-after': '7' }).end(gzipSync(answer));
        });
      },
      { authorization: 'Basic x' },
    );
    const { status, headers, text, isCut } = await client.request({
      method: 'POST',
      path: '/a?b=c',
      body: 'ü',
      contentType: 'text/plain',
    });
    expect({ status, isCut, wait: headers['retry-after'] }).toEqual({ status: 201, isCut: false, wait: '7' });
    expect(JSON.parse(text)).toEqual(['POST', '/a?b=c', 'text/plain', 'Basic x', 'saltflat', 'ü']);
  });

  it('keeps its connection for the next request', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end('ok')).on('connection', () => connections++);
    const client = clientOf(`http://${await listen(server)}`);
    for (let number = 0; number < 3; number++) expect((await client.request(GET)).text).toBe('ok');
    expect(connections).toBe(1);
  });

  it('reads no more of an endless answer than it may', async () => {
    let sent = 0;
    const client = await clientFor((_, response) => {
      const chunk = Buffer.alloc(100_000, 'x');
      const send = (): void => {
        sent += chunk.length;
        if (!response.destroyed) response.write(chunk, () => setImmediate(send));
      };
      send();
    });
    expect(await client.request(GET)).toMatchObject({ status: 200, isCut: true, text: 'x'.repeat(1000) });
    expect(sent).toBeLessThan(100_000_000);
    expect((await client.request(GET)).isCut).toBe(true); // and is of use afterwards
  });

  it('unpacks no more of an answer than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const client = await clientFor((_, response) => response.writeHead(500, { 'content-encoding': 'gzip' }).end(bomb));
    const before = process.memoryUsage().rss;
    expect(await client.request(GET)).toMatchObject({ status: 500, isCut: true, text: '\0'.repeat(1000) });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('says that an answer in gzip is damaged', async () => {
    const client = await clientFor((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no'));
    await expect(client.request(GET)).rejects.toThrow(/compressed data is damaged|incorrect header check/);
    await expect(client.request(GET)).rejects.toBeInstanceOf(PassingFailure);
  });

  it.each([
    ['says nothing', (): void => undefined],
    [
      'never ends its answer',
      (drip: () => void): void => {
        const timer = setInterval(drip, 20);
        setTimeout(() => clearInterval(timer), 3000).unref();
      },
    ],
  ])('waits no longer than it may for a server that %s', async (_, behave) => {
    const client = await clientFor((__, response) => behave(() => response.write('x')), { answerMs: 300 });
    const startMs = Date.now();
    await expect(client.request(GET)).rejects.toThrow('no answer within 0.3 s');
    expect(Date.now() - startMs).toBeLessThan(2000);
  });

  it('says which connection failed, and that another try may succeed', async () => {
    const host = await listen(createServer());
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const refused = clientOf(`http://${host}`).request(GET);
    await expect(refused).rejects.toBeInstanceOf(PassingFailure);
    await expect(refused).rejects.toThrow('connection refused');
    const client = await clientFor((_, response) => response.destroy());
    await expect(client.request(GET)).rejects.toThrow('the receiver closed the connection');
  });

  it('ends what is under way when it is closed', async () => {
    const client = await clientFor(() => undefined);
    const asked = client.request(GET);
    const failed = expect(asked).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.close();
    await failed;
  });

  itWithOpenssl('settles each try against a certificate for another host', async () => {
    const { path, ...tls } = certificate(directory, 'other', 'DNS:other.example.com');
    const host = await listen(createTlsServer(tls, (_, response) => response.end()));
    const client = clientOf(`https://${host}`, { ca: tls.cert });
    for (let number = 0; number < 3; number++)
      await expect(client.request(GET)).rejects.toThrow(/^name: cannot be reached: .*127\.0\.0\.1.*; check --tls-ca/);
    expect(path).toContain('other.pem');
  });

  itWithOpenssl('trusts whom it is told to', async () => {
    const tls = certificate(directory, 'good', 'IP:127.0.0.1');
    const origin = `https://${await listen(createTlsServer(tls, (_, response) => response.end('ok')))}`;
    expect((await clientOf(origin, { ca: tls.cert }).request(GET)).text).toBe('ok');
    await expect(clientOf(origin).request(GET)).rejects.toThrow(
      /^name: cannot be reached: (Error: )?self-signed certificate;/,
    );
  });

  it('says that there is no TLS', async () => {
    const host = await listen(createServer((_, response) => response.end()));
    await expect(clientOf(`https://${host}`).request(GET)).rejects.toThrow(/^name: the server does not speak TLS/);
  });
});
