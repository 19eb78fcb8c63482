/** Where a GitHub is and what it's asked with. */
export interface GitHubConnection {
  /** API base without a slash at its end: 'https://api.github.com', or 'https://host/api/v3'. */
  url: string;
  auth: TokenAuth | AppAuth;
  /** Variable that the secret comes from, for messages: 'GITHUB_TOKEN'. */
  variable: string;
}

export interface TokenAuth {
  kind: 'token';
  token: string;
}

export interface AppAuth {
  kind: 'app';
  appId: string;
  /** PEM; line breaks may be written as \n. */
  privateKey: string;
  installationId: number;
}

/**
 * Host of web pages and clones, with a port where the URL has one. GitHub's own instances have their API on a host beside it.
 * @see https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
 */
export function webHost(url: string): string {
  const { host } = new URL(url);
  return /^api\.(github\.com|[^.]+\.ghe\.com)$/.test(host) ? host.slice('api.'.length) : host;
}

/** Below which web pages and clones are, without a slash at its end. */
export function webUrl(url: string): string {
  return `${new URL(url).protocol}//${webHost(url)}`;
}

/** @see https://docs.github.com/en/enterprise-server@latest/graphql/guides/managing-enterprise-accounts#endpoint */
export function graphqlUrl(url: string): string {
  return url.endsWith('/api/v3') ? url.replace(/v3$/, 'graphql') : `${url}/graphql`;
}
