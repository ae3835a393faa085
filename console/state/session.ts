/** Who looks, what he may, and how people sign in here. */
import type { Session } from '../../schemas/generated/api.d.ts';
import { type ApiProblem, ask, sendWith, tell, whenSignedOut } from '../api/client.ts';
import { forgetAnswers } from '../api/useQuery.ts';
import { Store, useStore } from './Store.ts';

const PATH = '/v1/session';
const PROVIDER = '/v1/session/oidc';
const RETURN = 'stockbus.return';

/** Undefined until it is known. */
export const session = new Store<Session | undefined>(undefined);

const learned = (found: Session): void => {
  sendWith({ 'x-csrf-token': found.csrf });
  if (found.actor !== session.value?.actor) forgetAnswers();
  session.set(found);
};

/** Before anything is asked that only some may see. Returns why that is not known. */
export async function learnSession(): Promise<ApiProblem | undefined> {
  whenSignedOut(() => void learnSession());
  const { data, problem } = await ask<Session>(PATH);
  if (data) learned(data);
  return problem;
}

export async function signIn(name: string, password: string): Promise<ApiProblem | undefined> {
  const { data, problem } = await tell<Session>(PATH, { body: { name, password } });
  if (data) learned(data);
  return problem;
}

export async function signOut(): Promise<void> {
  const { data } = await tell<Session>(PATH, { method: 'DELETE' });
  if (data) learned(data);
}

/** The provider leads back to the console, and from there to where one was. */
export function leaveForProvider(): void {
  sessionStorage.setItem(RETURN, location.pathname + location.search);
  location.assign(PROVIDER);
}

export function addressToReturnTo(): string | null {
  const address = sessionStorage.getItem(RETURN);
  sessionStorage.removeItem(RETURN);
  return address;
}

/** Whether who looks may do what asks for that scope: what he may not is not offered. */
export function useMay(scope: Session['scopes'][number]): boolean {
  return useStore(session)?.scopes.includes(scope) ?? false;
}
