import { styleText } from 'node:util';

/** Where the quick start answers. */
export interface GuideAddresses {
  readonly http: number;
  readonly https: number;
  /** `null` when off. */
  readonly admin: number | null;
  readonly status: number | null;
}

/** What to try, as text for a terminal. */
export function guide(addresses: GuideAddresses, manifests: string, colour: boolean): string {
  const { http, https, admin, status } = addresses;
  const bold = (text: string): string => (colour ? styleText('bold', text, { validateStream: false }) : text);
  const dim = (text: string): string => (colour ? styleText('gray', text, { validateStream: false }) : text);
  const lines: readonly (readonly [string, string])[] = [
    ['a plain route, balanced over two backends', `curl http://localhost:${http}/hello`],
    ['a route that wants a key: 401, then 200', `curl -i http://localhost:${http}/private`],
    ['', `curl -H 'apikey: open-sesame' http://localhost:${http}/private`],
    [
      'five requests a minute: the sixth is 429',
      `for i in 1 2 3 4 5 6; do curl -s -o /dev/null -w '%{http_code}\\n' http://localhost:${http}/limited; done`,
    ],
    ['HTTPS with a certificate from a Secret', `curl -k --resolve secure.localhost:${https}:127.0.0.1 https://secure.localhost:${https}/`],
    ...(admin === null ? [] : ([['the Admin API', `curl http://localhost:${admin}/upstreams/echo.demo.80.svc/health`]] as const)),
    ...(status === null ? [] : ([['metrics', `curl http://localhost:${status}/metrics`]] as const)),
  ];
  const tries = lines.map(([what, command]) => `${what === '' ? '' : `  ${dim(`# ${what}`)}\n`}  ${command}`).join('\n');
  return `
${bold('Gibbon is serving.')} Try, in another terminal:

${tries}

Edit a file in ${bold(manifests)}: the change is live at once. Break one, and read what is printed here.
Kill a backend (its pid is in every answer): the other takes over. Ctrl-C ends everything.

`;
}
