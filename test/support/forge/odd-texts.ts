/** Titles that are awkward for whoever shows or stores them. */
export const ODD_TITLES = [
  '  spaces around  ',
  '日本語のタイトル 🎉👩‍👩‍👧‍👦',
  'العربية \u202eright-to-left\u202c',
  "Robert'); DROP TABLE git_pull_requests;--",
  '<script>alert("x")</script> & {{ template }} %s %d $1 \\n \\\\',
  'e\u0301 combining, \u200bzero\u200dwidth, \u2028 separators, \ufeff mark',
  'null',
  '=1+1',
];

/** And what is below them. */
export const ODD_BODIES = [
  'Short.',
  'Lines\r\nwith\r\nboth\nends\n\n',
  'Tab\there, bell \u0007, escape \u001b[31mred\u001b[0m, delete \u007f',
  '🙈'.repeat(40),
  'long '.repeat(2_000),
];
