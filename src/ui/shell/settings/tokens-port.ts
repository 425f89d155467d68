import type { Result } from '#core/kit/result.ts';
import { failureText, type ApiFailure } from '../auth/form-errors.ts';
import { t } from './token-texts.ts';

/** An access token as its owner sees it. Times are ms since 1970. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly mayWrite: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
}

export interface TokensPort {
  list(): Promise<Result<readonly Token[], ApiFailure>>;
  create(input: {
    readonly name: string;
    readonly days: number | null;
    readonly mayWrite: boolean;
  }): Promise<Result<{ readonly token: string; readonly made: Token }, ApiFailure>>;
  revoke(id: string): Promise<Result<void, ApiFailure>>;
}

export function tokenFailureText(failure: ApiFailure): string {
  switch (failure.type) {
    case 'too-many':
      return t('tooMany');
    case 'signed-out':
      return t('signedOut');
    default:
      return failureText(failure);
  }
}

/** A program that joins a record's room with the token. */
export const exampleOf = (relayUrl: string, token: string): string => `import * as Y from 'yjs';
import { WebsocketProvider } from 'y-websocket';

const doc = new Y.Doc();
const room = new WebsocketProvider('${relayUrl.replace(/^http/, 'ws')}/rooms', 'record/contact_…', doc, {
  params: { token: '${token}' },
});
room.on('sync', () => console.log(doc.getText('text:description').toString()));`;
