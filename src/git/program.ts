/** The variables that git processes inherit from the shell that started this process. */
export interface InheritedEnvironment {
  PATH: string;
  TMPDIR?: string;
}

/** How git reaches code hosts. */
export interface NetworkEnvironment {
  /** Proxies and certificate files, named as git and curl read them. */
  variables: Readonly<Record<string, string>>;
  /** Whether Node trusts certificate authorities that git knows nothing of. */
  hasOwnAuthorities: boolean;
}

/** The git of this machine: what its processes need to know of the environment that they run in. */
export interface GitProgram {
  inherited: InheritedEnvironment;
  network: NetworkEnvironment;
}
