/** Why a file of the stream could not be had; `code` decides what the engine does about it. */
export class FetchError extends Error {
  /**
   * @param {'missing'|'forbidden'|'unavailable'|'damaged'} code missing: 404 or 410 and final; forbidden: 401 or 403;
   *   unavailable: still failing after every attempt; damaged: no media, twice.
   */
  constructor(code, message, status = 0) {
    super(message);
    this.name = 'FetchError';
    this.code = code;
    this.status = status;
  }
}
