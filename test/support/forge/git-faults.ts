const HELLOS = { kind: 'git', path: /\/info\/refs$/ } as const;
/** Requests for packs; others of git have the same path. */
const PACKS = { kind: 'git', path: /\/git-upload-pack$/, text: /command=fetch/ } as const;

/** Faults of every kind that clones and fetches can meet and outlast; the host says `limited` with a 429 and `down` with a 503. */
export const gitFaults = ({ limited, down }: { limited: string; down: string }) =>
  [
    { match: HELLOS, after: 1, effect: { do: 'reset' } },
    { match: HELLOS, after: 2, effect: { do: 'git-error', status: 429, message: limited } },
    { match: HELLOS, after: 4, effect: { do: 'git-error', status: 503, message: down } },
    { match: HELLOS, after: 11, effect: { do: 'html' } },
    { match: PACKS, after: 2, effect: { do: 'corrupt-pack' } },
    { match: PACKS, after: 6, effect: { do: 'cut', by: 'length' } },
    { match: PACKS, after: 10, effect: { do: 'cut', by: 'chunked' } },
    { match: PACKS, after: 14, effect: { do: 'reset-in-body' } },
    { match: PACKS, after: 18, effect: { do: 'status', status: 500 } },
    { match: PACKS, after: 22, effect: { do: 'slow', milliseconds: 300 } },
  ] as const;
