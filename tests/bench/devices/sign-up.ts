import { ADMIN } from '../app.ts';

/** Sets a new relay up; gives the administrator's session cookie and account. */
export async function signUp(url: string, origin = url): Promise<{ cookie: string; id: string; workspaceId: string }> {
  const answer = await post(url, '/api/setup', ADMIN, { origin });
  const { me } = (await answer.json()) as { me: { id: string; workspaceId: string } };
  return { cookie: cookieOf(answer), ...me };
}

/** A colleague of this role and department, with a session of their own. */
export async function addColleague(
  url: string,
  admin: string,
  person: { readonly name: string; readonly role: string; readonly departmentId?: string },
  origin = url,
): Promise<{ cookie: string; id: string; workspaceId: string }> {
  const email = `${person.name.toLowerCase()}@example.vn`;
  const { name, ...rest } = person;
  const invited = await post(url, '/api/invitations', { email, ...rest }, { origin, cookie: admin });
  const { id } = (await invited.json()) as { id: string };
  const password = 'mat-khau-dai-2';
  const joined = await post(url, `/api/invitations/${id}/accept`, { name, password }, { origin });
  const { me } = (await joined.json()) as { me: { id: string; workspaceId: string } };
  return { cookie: cookieOf(joined), ...me };
}

export async function post(
  url: string,
  path: string,
  body: object,
  headers: Record<string, string>,
): Promise<Response> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
