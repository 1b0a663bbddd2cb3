/** What an API or something on the way to it said no with. */
export class HTTPError extends Error {
  /** @param status 0 when there was no answer at all. */
  constructor(message, { status = 0, code = null, requestID = null, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { name: 'HTTPError', status, code, requestID, retryAfter });
  }

  static unreachable(timedOut = false) {
    if (navigator.onLine === false) return new HTTPError('You are offline.');
    return new HTTPError(timedOut ? 'The server took too long to answer.' : 'The server cannot be reached.');
  }
}

/** Sentences for answers that did not come from VLog itself, but from a proxy before it. */
const fromProxy = {
  401: 'Something in front of the server asks for a login of its own.',
  403: 'Something in front of the server refused the request.',
  404: 'There is nothing at this address.',
  413: 'A proxy in front of the server does not let bodies of this size pass. Raise its limit '
    + '(nginx: client_max_body_size).',
  429: 'Too many requests. Wait a moment, then try again.',
  502: 'The proxy cannot reach the server: it may be starting or stopped.',
  503: 'The server is not ready yet, or is being restarted.',
  504: 'The proxy gave up waiting for the server.',
};

/**
 * The error of an answer.
 * @param header gives the value of a header, or null.
 */
export function errorOf(status, text, header) {
  const details = { status, requestID: header('X-Request-ID'), retryAfter: Number(header('Retry-After')) || null };
  const body = decoded(text);
  if (typeof body?.detail === 'string') {
    return new HTTPError(body.detail, { ...details, code: body.code ?? null, requestID: body.request_id ?? details.requestID });
  }
  const known = fromProxy[status];
  const message = known ? `${known} (${status})` : `The server gave an answer that was not understood (${status}).`;
  return new HTTPError(message, details);
}

function decoded(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
