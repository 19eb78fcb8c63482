import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLinkedWorktree } from '../support/repositories.ts';
import { tempFolder } from '../support/temp.ts';
import { orgSync } from './support/org-sync.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

/** A folder `work` with the repository `good` and this `.env`. */
function withDotenv(text: string, where = '.') {
  const parent = tempFolder();
  const { folder, refusal } = makeRefuser(parent);
  writeFileSync(join(folder, where, '.env'), text);
  return { parent, folder, refusal };
}

describe.concurrent('.env in the current folder', () => {
  it('is read', async () => {
    const { refusal } = withDotenv('# ours\nDATABASE_URL="mysql://from-dotenv/facts"\nexport LOG_LEVEL=loud\n');
    expect(onlyProblem(await refusal(['sync', 'local', 'good']))).toContain("not 'loud'");
    expect(onlyProblem(await refusal(['sync', 'local', 'good'], { env: { LOG_LEVEL: 'info' } }))).toContain("'mysql', which isn't known");
  });

  it('is outdone by what is set, and that by an option', async () => {
    const { refusal } = withDotenv('DATABASE_URL=mysql://x/y\n');
    const env = { DATABASE_URL: 'oracle://x/y' };
    expect(onlyProblem(await refusal(['sync', 'local', 'good'], { env }))).toContain("'oracle', which isn't known");
    expect(onlyProblem(await refusal(['sync', 'local', 'good', '--db', 'db2://x/y'], { env }))).toContain("'db2', which isn't known");
  });

  it('is told of when it cannot be read', async () => {
    const parent = tempFolder();
    const { folder, refusal } = makeRefuser(parent);
    mkdirSync(join(folder, '.env'));
    expect(onlyProblem(await refusal(['sync', 'local', 'good']))).toBe(".env in the current folder can't be read (EISDIR); remove it or make it readable");
  });

  it('is not waited for where it is a pipe', async () => {
    const parent = tempFolder();
    const { folder, refusal } = makeRefuser(parent);
    spawnSync('mkfifo', [join(folder, '.env')]);
    expect(onlyProblem(await refusal(['sync', 'local', 'good']))).toBe(".env in the current folder can't be read (EINVAL); remove it or make it readable");
  });

  it('sets nothing but our own variables, so that no program of ours is led to load what it names', async () => {
    const { parent, folder } = withDotenv(`NODE_OPTIONS=--require=./evil.cjs\nLD_PRELOAD=./evil.so\nGIT_TRACE=1\nPATH=.\n`);
    const told = join(parent, 'environment');
    // It is run for two answers at once: the one that is begun later mustn't empty what the other has told.
    writeFileSync(join(folder, 'cli'), `#!/bin/sh\nenv >> '${told}'\nexit 1\n`);
    chmodSync(join(folder, 'cli'), 0o755);
    const env = { DATABASE_URL: `sqlite:///${parent}/facts.db`, ORG_SYNC_HOME: join(parent, 'home'), TEMPORAL_CLI: join(folder, 'cli') };
    const { code } = await orgSync(['sync', 'local', 'good'], { cwd: folder, env });
    expect({ code, ran: existsSync(told) }).toEqual({ code: 2, ran: true });
    expect(readFileSync(told, 'utf8')).not.toMatch(/evil|GIT_TRACE|^PATH=\.$/m);
  });
});

describe.concurrent('.env of a repository that is synced', () => {
  it('chooses no program, no home and no server; of what it tries to is told', async () => {
    const text = 'TEMPORAL_CLI=./evil\nORG_SYNC_HOME=evil-home\nTEMPORAL_ADDRESS=evil.example.org:7233\nDATABASE_URL=mysql://x/y\n';
    const { parent, folder } = withDotenv(text, 'good');
    writeFileSync(join(folder, 'good/sub/.env'), text);
    mkdirSync(join(folder, 'good/evil-home/bin'), { recursive: true });
    for (const file of ['evil', 'evil-home/bin/temporal-9.9.9']) {
      writeFileSync(join(folder, 'good', file), `#!/bin/sh\ntouch '${parent}/evil-was-run'\n`);
      chmodSync(join(folder, 'good', file), 0o755);
    }
    const linked = join(parent, 'linked/work-tree');
    makeLinkedWorktree(join(folder, 'good'), linked);
    writeFileSync(join(linked, '.env'), text);
    for (const [cwd, path] of [
      ['good', '.'],
      ['good', '..'],
      ['good/sub', '..'],
      ['good', '.git'],
      ['good/sub', '../.git'],
      ['good', '../../linked/work-tree'],
      ['good', '../../linked'],
      ['../linked/work-tree', `../../${basename(folder)}/good`],
      ['../linked/work-tree', `../../${basename(folder)}/good/.git`],
    ] as const) {
      const { code, stderr } = await orgSync(['sync', 'local', path], { cwd: join(folder, cwd), env: { HOME: parent } });
      const lines = stderr.trimEnd().split('\n');
      expect({ cwd, path, code, about: lines.map((line) => line.split(' ')[0]) }).toEqual({
        cwd,
        path,
        code: 2,
        about: ['TEMPORAL_ADDRESS', 'TEMPORAL_CLI', 'ORG_SYNC_HOME', 'error:'],
      });
      expect(lines[1]).toBe('TEMPORAL_CLI in .env is ignored, because that file belongs to a repository that is synced; set it in the environment.');
      expect(lines[3]).toContain("'mysql', which isn't known");
    }
    expect(existsSync(join(parent, 'evil-was-run'))).toBe(false);
  });
});

/** A server that asks for a password as PostgreSQL does, and keeps what it is sent. */
async function listenForPassword(): Promise<AsyncDisposable & { port: number; received: () => string }> {
  let received = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])));
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (data[0] === 0x70) socket.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a database that .env of a repository that is synced names', () => {
  const secrets = (home: string) => {
    writeFileSync(join(home, '.pgpass'), '*:*:*:*:from-the-file\n', { mode: 0o600 });
    return { HOME: home, PGUSER: 'from-the-shell' };
  };

  it.each([
    ['PGPASSWORD', { PGPASSWORD: 'from-the-shell' }],
    ['.pgpass', {}],
  ])('is sent no password from %s', async (_, env) => {
    await using server = await listenForPassword();
    const { parent, folder } = withDotenv(`DATABASE_URL=postgresql://eve@127.0.0.1:${server.port}/facts\n`, 'good');
    const settings = { ...secrets(parent), ...env, ORG_SYNC_HOME: join(parent, 'home') };
    const { code } = await orgSync(['sync', 'local', '.git'], { cwd: join(folder, 'good'), env: settings });
    expect({ code, received: server.received() }).toEqual({ code: 2, received: expect.stringContaining('eve') });
    expect(server.received()).not.toMatch(/from-the/);
  });

  it('is sent the password of its URL, and one that the environment names the one of the environment', async () => {
    await using server = await listenForPassword();
    const { parent, folder } = withDotenv(`DATABASE_URL=postgresql://eve:own-password@127.0.0.1:${server.port}/facts\n`, 'good');
    const settings = { ...secrets(parent), PGPASSWORD: 'from-the-shell', ORG_SYNC_HOME: join(parent, 'home') };
    await orgSync(['sync', 'local', '.'], { cwd: join(folder, 'good'), env: settings });
    expect(server.received()).toContain('own-password');
    const named = { DATABASE_URI: `postgresql://ada@127.0.0.1:${server.port}/facts` };
    await orgSync(['sync', 'local', '.'], { cwd: join(folder, 'good'), env: { ...settings, ...named } });
    expect(server.received()).toMatch(/ada.*from-the-shell/s);
  });

  it.each([
    ['postgresql://h/d?sslkey=/home/ada/.postgresql/postgresql.key', 'sslkey'],
    ['postgresql://h/d?sslmode=require&ssl\tcert=/x', 'sslcert'],
    ['mongodb://h/d?tlsCertificateKeyFile=/x', 'tlsCertificateKeyFile'],
    ['mongodb://h/d?authMechanism=mongodb-oidc&authMechanismProperties=ENVIRONMENT:k8s', 'authMechanism=MONGODB-OIDC'],
  ])('may not ask for others: %j', async (url, option) => {
    const { folder, refusal } = withDotenv(`DATABASE_URL="${url}"\n`, 'good');
    expect(onlyProblem(await refusal(['sync', 'local', '.'], { cwd: join(folder, 'good') }))).toContain(`has the option ${option};`);
  });
});
