import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formerRepositoryIds, localRepositoryId, parseRemote, repositoryId } from '../../src/providers/identity.ts';

/** The id as the contract words it, worked out apart from the code. */
function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  const variant = ((Number.parseInt(hash[16] ?? '', 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20)}`;
}

/** Every form in which git takes a remote on a host. */
function formsOf(host: string, name: string): string[] {
  const places = [host, host.toUpperCase(), `git@${host}`, `user:p%40ss@${host}`, `user:p@ss:w0rd@${host}`, `:@${host}`, `oauth2:to-ken_1.2@${host}`];
  const ports = ['', ':', ':22', ':443'];
  const schemes = ['https', 'http', 'ssh', 'git', 'git+ssh', 'ssh+git', 'HTTPS', 'ftps'];
  const endings = ['', '.git', '.GIT', '/', '//', '.git/', '.git//'];
  const urls = schemes.flatMap((scheme) => places.flatMap((place) => ports.map((port) => `${scheme}://${place}${port}/`)));
  const scp = [
    `${host}:`,
    `git@${host}:`,
    `git@${host}:/`,
    `GIT@${host.toUpperCase()}:`,
    ...(host.startsWith('[') ? [] : [`[git@${host}:22]:`, `[git@${host}]:/`]),
  ];
  return [...urls, ...scp].flatMap((prefix) => [name, name.toUpperCase(), `/${name}`].flatMap((path) => endings.map((ending) => prefix + path + ending)));
}

describe('the id of a repository on a host', () => {
  it('is what the contract says, for each of its examples', () => {
    const expected = idOf('github.com/acme/api');
    for (const remote of ['git@github.com:Acme/API.git', 'https://x:y@github.com/acme/api']) {
      const parsed = parseRemote(remote);
      expect(parsed === null ? null : repositoryId(parsed), remote).toBe(expected);
    }
    expect(repositoryId({ host: 'github.com', name: 'acme/api' })).toBe(expected);
    expect(expected).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ['github.com', 'acme/api'],
    ['gitlab.example.org', 'group/sub-group/deeper/project.name'],
    ['git.example.org', 'single'],
    ['localhost', '~user/x_y'],
    ['10.0.0.1', 'a/b'],
    ['[::1]', 'a/b'],
    ['[2001:db8::7]', 'group/x.git.y'],
    ['xn--bcher-kva.example', '0/1'],
  ])('is the same for every form of %s/%s', (host, name) => {
    const forms = formsOf(host, name);
    expect(forms.length).toBeGreaterThan(2_000);
    const differing = forms.filter((form) => {
      const parsed = parseRemote(form);
      return parsed === null || repositoryId(parsed) !== idOf(`${host}/${name}`);
    });
    expect(differing).toEqual([]);
  });

  it.each([
    ['github.com/acme/api', ['http://github.com:80/acme/api', 'git://github.com:9418/acme/api.git', 'ssh://git@ssh.github.com:443/acme/api.git']],
    ['github.com/acme/api', ['git@ssh.github.com:acme/api.git', 'ssh://git@ssh.github.com/acme/api', '[git@ssh.github.com:443]:acme/api']],
    ['gitlab.com/acme/tools/api', ['ssh://git@altssh.gitlab.com:443/acme/tools/api.git', 'git@altssh.gitlab.com:acme/tools/api']],
    ['bitbucket.org/acme/api', ['ssh://git@altssh.bitbucket.org:443/acme/api.git']],
    [
      'git.example.org/scm/proj/api',
      ['https://git.example.org/scm/PROJ/api.git', 'ssh://git@git.example.org:7999/proj/api.git', '[git@git.example.org:7999]:proj/api'],
    ],
    ['git.example.org/scm/~ada/api', ['https://git.example.org/scm/~ada/api.git', 'ssh://git@git.example.org:7999/~ada/api.git']],
    [
      'dev.azure.com/org/project/_git/repo',
      [
        'https://org@dev.azure.com/org/project/_git/repo',
        'git@ssh.dev.azure.com:v3/org/project/repo',
        'ssh://git@ssh.dev.azure.com:22/v3/org/project/repo',
        'https://org.visualstudio.com/project/_git/repo',
        'https://org.visualstudio.com/DefaultCollection/project/_git/repo',
        'org@vs-ssh.visualstudio.com:v3/org/project/repo',
      ],
    ],
    [
      'dev.azure.com/org/my%20project/_git/my%20project',
      [
        'https://dev.azure.com/org/_git/My%20Project',
        'https://org.visualstudio.com/_git/My%20Project',
        'git@ssh.dev.azure.com:v3/org/My%20Project/My%20Project',
      ],
    ],
  ])('is that of %s by every remote that its host gives', (known, remotes) => {
    for (const remote of remotes) {
      const parsed = parseRemote(remote);
      expect(parsed === null ? null : repositoryId(parsed), remote).toBe(idOf(known));
    }
  });

  it('is without what follows the path over http, which may be a token', () => {
    for (const remote of ['https://github.com/a/r?private_token=s3cret', 'https://github.com/a/r.git#s3cret', 'https://github.com./a/r']) {
      expect(parseRemote(remote), remote).toEqual({ host: 'github.com', name: 'a/r' });
    }
    expect(parseRemote('ssh://git@büro.example:22/~ada/my repo.git')).toEqual({ host: 'büro.example', name: '~ada/my repo' });
  });

  it('keeps apart what merely looks like such a remote', () => {
    const remotes = [
      'https://github.com:80/acme/api',
      'http://github.com:9418/acme/api',
      'ssh://git@github.com:7999/acme/tools/api',
      'https://ssh.example.org/acme/api',
      'https://gitlab.com/scm/acme/api',
      'https://gitlab.com/acme/api',
      'https://dev.azure.com/org/project',
      'https://vs-ssh.visualstudio.com/DefaultCollection/project/_ssh/repo',
    ];
    expect(new Set(remotes.map((remote) => repositoryId(parseRemote(remote) ?? { host: '', name: '' }))).size).toBe(remotes.length);
    expect(parseRemote('ssh://git@github.com:7999/acme/tools/api')).toEqual({ host: 'github.com:7999', name: 'acme/tools/api' });
  });

  it('was another one for such remotes in 0.1.0, and is known by that as well', () => {
    const former = (text: string) => formerRepositoryIds(parseRemote(text) ?? { host: '', name: '' });
    const azure = 'git@ssh.dev.azure.com:v3/org/api/api';
    for (const [remote, ...before] of [
      ['git@github.com:Acme/API', 'github.com:80/acme/api', 'github.com:9418/acme/api', 'ssh.github.com/acme/api'],
      ['https://gitlab.com/a/b/c', 'altssh.gitlab.com/a/b/c', 'gitlab.com:80/a/b/c'],
      ['https://git.example.org/scm/proj/api', 'git.example.org:7999/proj/api', 'git.example.org:9418/scm/proj/api'],
      [azure, 'ssh.dev.azure.com/v3/org/api/api', 'vs-ssh.visualstudio.com/v3/org/api/api', 'org.visualstudio.com/api/_git/api'],
      [azure, 'org.visualstudio.com/defaultcollection/api/_git/api', 'dev.azure.com/org/_git/api', 'org.visualstudio.com/_git/api'],
    ] as const) {
      for (const text of before) expect(former(remote), text).toContain(idOf(text));
      expect(former(remote)).not.toContain(repositoryId(parseRemote(remote) ?? { host: '', name: '' }));
    }
    expect(former('https://git.example.org:8443/a/b')).toEqual([]);
    expect(former('https://dev.azure.com/org/project/_git/repo')).not.toContain(idOf('dev.azure.com/org/_git/repo'));
  });

  it('differs by host, by unusual port and by name', () => {
    const remotes = [
      'https://github.com/o/r',
      'https://gitlab.com/o/r',
      'https://github.com:8443/o/r',
      'https://github.com:2222/o/r',
      'ssh://git@github.com:8022/o/r',
      'https://github.com/o/r2',
      'https://github.com/o/r/r',
      'https://github.com/o/r.git.git',
      'https://git.github.com/o/r',
    ];
    const ids = remotes.map((remote) => repositoryId(parseRemote(remote) ?? { host: '', name: '' }));
    expect(new Set(ids).size).toBe(remotes.length);
    expect(parseRemote('https://github.com:8443/o/r')).toEqual({ host: 'github.com:8443', name: 'o/r' });
    expect(parseRemote('ssh://git@[::1]:2222/o/r.git')).toEqual({ host: '[::1]:2222', name: 'o/r' });
    expect(parseRemote('[git@example.org:2222]:o/r')).toEqual({ host: 'example.org:2222', name: 'o/r' });
  });

  it('keeps upper case in the name that is shown, and nothing of a login', () => {
    expect(parseRemote('https://User:S3cret@GitHub.com/Acme/API.git')).toEqual({ host: 'github.com', name: 'Acme/API' });
    for (const password of ['s3cret', 's3@cret', '@s3cret', 's3:cr@et@', '']) {
      expect(JSON.stringify(parseRemote(`https://user:${password}@github.com/acme/api`))).toBe('{"host":"github.com","name":"acme/api"}');
    }
    // What git itself takes for a host and a path; the password isn't made a name of.
    expect(JSON.stringify(parseRemote('https://user:s3/cret@github.com/acme/api'))).not.toContain('s3');
  });
});

describe('a remote that names no host', () => {
  it.each([
    '',
    ' ',
    '/srv/git/api.git',
    './api',
    '../api',
    'api',
    'folder/with:colon',
    './with:colon',
    'file:///srv/git/api.git',
    'FILE:///srv/git/api.git',
    'file://host/srv/api',
    'C:\\src\\api',
    'C:/src/api',
    'c:api',
    'D:',
    '\\\\server\\share\\api',
    'https://',
    'https:///acme/api',
    'https://github.com',
    'https://github.com/',
    'https://github.com/.git',
    'https://github.com//',
    'https://github.com:port/acme/api',
    'ssh://git@[::1/acme/api',
    'git@github.com:',
    'git@github.com:.git',
    '@github.com/acme/api',
    ':acme/api',
    'ext::sh -c evil',
    'ext::ssh -p 22 host %S path',
    'fd::7/8',
    'codecommit::eu-west-1://api',
    ' https://user:s3cret@github.com/a/r',
    '\thttps://user:s3cret@github.com/a/r',
    '\uFEFFhttps://user:s3cret@github.com/a/r',
    '"https://user:s3cret@github.com/a/r"',
    '<https://user:s3cret@github.com/a/r>',
    'url=https://user:s3cret@github.com/a/r',
    'git clone https://user:s3cret@github.com/a/r',
    'https:/user:s3cret@github.com/a/r',
    'https:/s3cret@github.com/a/r',
    'https:\\\\user:s3cret@github.com\\a\\r',
    'ht_tp://user:s3cret@github.com/a/r',
    'https://github.com/user:s3cret@github.com/a/r',
    'https://gitlab.com/oauth2:s3cret@gitlab.com/a/r',
    'https://github.com/s3cret@github.com/a/r',
    'https://github.com/a/r;s3cret',
    'ssh://git@github.com/a/r?token=s3cret',
    'javascript:alert(1)//s3cret',
    'javascript://alert/s3cret',
    'data:text/html;s3cret',
    'https://github.com\n/a/r',
    'https://github.com/a/r\n',
    'https://github.com/a/r ',
    'https://github.com/a/r\t',
    'https://github.com/../../a/r',
    'https://github.com/./r',
    'https://github.com/a//r',
    'https://github.com/..',
    'http:github.com/a/r',
  ])('has no name: %j', (remote) => {
    expect(parseRemote(remote)).toBeNull();
  });

  it('makes a repository known by its real path, in which upper and lower case differ', () => {
    expect(localRepositoryId('/src/API')).toBe(idOf('file:///src/API'));
    expect(localRepositoryId('/src/API')).not.toBe(localRepositoryId('/src/api'));
  });
});
