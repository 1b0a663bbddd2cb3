import { HTTPError, errorOf } from './http-error.js';

const patience = 20_000;

/**
 * Asks one of the APIs.
 * @returns the decoded JSON; null when the answer has no body.
 * @throws {HTTPError} with a sentence for a person, whatever went wrong.
 */
export async function requestJSON(method, path, { body, headers = {}, signal } = {}) {
  const limit = AbortSignal.timeout(patience);
  const options = { method, headers: { Accept: 'application/json', ...headers }, credentials: 'same-origin' };
  options.signal = signal ? AbortSignal.any([signal, limit]) : limit;
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const { response, text } = await answer(path, options, signal);
  if (!response.ok) throw errorOf(response.status, text, (name) => response.headers.get(name));
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw errorOf(response.status, text, (name) => response.headers.get(name));
  }
}

async function answer(path, options, signal) {
  try {
    const response = await fetch(path, options);
    return { response, text: await response.text() };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw HTTPError.unreachable(error.name === 'TimeoutError');
  }
}
