import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { openMigrations, openStore } from '../../src/stores/open.ts';
import { until } from '../support/runs.ts';
import { emptyDatabase, migratedDatabase, usePostgres } from './postgresql-database.ts';

const server = usePostgres();

/** The message of an open that is refused; fails where it tells the password. */
async function refusal(url: string): Promise<string> {
  const errors = await Promise.all(
    [openStore(url), openMigrations(url)].map((opening) =>
      opening.then(
        (opened) => opened?.close(),
        (reason: unknown) => reason,
      ),
    ),
  );
  const [error] = errors;
  for (const each of errors) {
    if (each === undefined) continue;
    expect(each).toBeInstanceOf(InvalidInput);
    expect(`${(each as InvalidInput).stack} ${JSON.stringify(each)}`).not.toMatch(/s3cret/i);
  }
  return (error as InvalidInput).message;
}

it('refuses a wrong password', async () => {
  const { host } = server();
  expect(await refusal(`postgresql://postgres:S3cret!@${host}/postgres`)).toBe(
    `database postgresql://postgres@${host}/postgres can't be used: password authentication failed for user "postgres" (28P01)`,
  );
});

it('refuses to do without a password that the server asks for', async () => {
  expect(await refusal(`postgresql://postgres@${server().host}/postgres`)).toContain('the server asks for a password, and none was given');
});

it('refuses an unknown database', async () => {
  expect(await refusal(server().url('missing'))).toContain('missing can\'t be used: database "missing" does not exist (3D000)');
});

it('refuses an unknown host', async () => {
  expect(await refusal('postgresql://me:s3cret@no-such-host.invalid/x')).toMatch(/postgresql:\/\/me@no-such-host.invalid\/x can't be used: getaddrinfo \w+/);
});

it('refuses a port that nobody listens on, whatever addresses the name has', async () => {
  expect(await refusal('postgresql://me:s3cret@127.0.0.1:1/x')).toContain("can't be used: connect ECONNREFUSED 127.0.0.1:1");
  expect(await refusal('postgresql://me:s3cret@localhost:1/x')).toContain('ECONNREFUSED');
});

it('refuses a server that says nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  expect(await refusal(`postgresql://me:s3cret@127.0.0.1:${port}/x`)).toContain("can't be used: no answer within 10 seconds");
  silent.close();
});

it('refuses a server that is none of PostgreSQL', async () => {
  const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  expect(await refusal(`postgresql://me:s3cret@127.0.0.1:${port}/x`)).toContain("can't be used: ");
  other.close();
});

it('refuses a URL that the driver can not read', async () => {
  expect(await refusal('postgresql://me:s3cret@host/x?sslrootcert=/no/such/s3cret')).toContain("the postgresql URL can't be read");
});

it.each(['70000', '0', 'five'])('refuses the port %s', async (port) => {
  expect(await refusal(`postgresql://me:s3cret@host/x?port=${port}`)).toContain('is no number from 1 to 65535');
});

it('refuses options that the driver would ignore, without a word of a password among them', async () => {
  const options = '?sslmod=verify-full&schema=facts&sslmode=disable&database=other&application_name=x&connect_timeout=5';
  expect(await refusal(`postgresql://me:s3cret@host/x${options}`)).toContain("its URL has options that aren't known: sslmod, schema, database");
  expect(await refusal('postgresql://me:p@host/x?s3cret@other/y')).toContain("options that aren't known: one without a valid name");
});

it.each(['..', 'a%3Fb', 'a%2Fb', 'fa\tcts', '.'])('refuses the database %s, which the driver would read as another', async (name) => {
  expect(await refusal(`postgresql://me:s3cret@127.0.0.1:1/${name}`)).toContain('the driver would use the database');
});

it('takes a database whose name has blanks, percent signs and letters of any kind', async () => {
  expect(await refusal('postgresql://me:s3cret@127.0.0.1:1/My%20f%C3%A4cts%25')).toContain('ECONNREFUSED');
});

it('refuses several hosts', async () => {
  expect(await refusal('postgresql://me:s3cret@a,b/x')).toContain('names several hosts');
});

it('refuses a server without TLS where that is asked for', async () => {
  expect(await refusal(`${server().url('postgres')}?ssl=true`)).toContain('The server does not support SSL connections');
});

it('leaves nothing open that would keep the process', async () => {
  const open = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
  const before = open();
  await refusal(`postgresql://postgres:S3cret!@${server().host}/postgres`);
  await refusal(`postgresql://postgres@${server().host}/postgres`);
  // The driver itself would close idle connections after a minute.
  await until('its connections are closed', () => open() <= before, 40);
});

it('refuses another encoding', async () => {
  const database = await emptyDatabase(server(), "template template0 encoding 'LATIN1' locale 'C'");
  expect(await refusal(database.url)).toContain('its encoding is LATIN1');
  await database.drop();
});

it('refuses a database that is read-only', async () => {
  const database = await migratedDatabase(server());
  await database.query(`alter database ${database.name} set default_transaction_read_only = on`);
  expect(await refusal(database.url)).toContain('it is read-only');
  await database.drop();
});

it('refuses a user that may not make tables, or not write to them', async () => {
  const database = await emptyDatabase(server());
  const role = `role_${database.name}`;
  const url = server().url(database.name, role, 's3cret');
  await database.query(`create role ${role} login password 's3cret'`);
  const refused: unknown = await openStore(url, { migrate: true }).catch((error: unknown) => error);
  expect(String(refused)).toContain('permission denied for schema public (42501): give the user the rights that docs/postgresql.md names');
  await (await openStore(database.url, { migrate: true })).close();
  expect(await refusal(url)).toContain('permission denied for table sync_migrations');
  await database.query(`grant select on all tables in schema public to ${role}; grant insert, update, delete on git_refs to ${role}`);
  const message = await refusal(url);
  expect(message).toContain('the user may not select, insert, update and delete in repos, ');
  expect(message).not.toContain('git_refs');
  await database.query(`grant insert, update, delete on all tables in schema public to ${role}`);
  await (await openStore(url)).close();
  await database.query(`drop owned by ${role}; drop role ${role}`);
  await database.drop();
});
