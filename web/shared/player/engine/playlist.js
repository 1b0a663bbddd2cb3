/**
 * Reads HLS playlists (RFC 8216bis) as far as CMAF over HTTP needs it. Unknown tags are passed over, byte order marks
 * and CRLF are taken, and every address comes out absolute.
 */

/** `A=1,B="x,y"` as an object; quotes are taken off. */
export function parseAttributes(text) {
  const attributes = {};
  for (const [, name, value] of text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)) {
    attributes[name] = value.startsWith('"') ? value.slice(1, -1) : value.trim();
  }
  return attributes;
}

/**
 * @returns {{variants: object[], audio: object[], subtitles: object[]}} all in the order of the playlist.
 */
export function parseMaster(text, base) {
  const master = { variants: [], audio: [], subtitles: [] };
  let pending = null;
  for (const line of lines(text)) {
    const [tag, rest] = splitTag(line);
    if (tag === 'EXT-X-STREAM-INF') {
      pending = parseAttributes(rest);
    } else if (tag === 'EXT-X-MEDIA') {
      const media = parseAttributes(rest);
      if (media.TYPE === 'AUDIO') master.audio.push(rendition(media, base));
      if (media.TYPE === 'SUBTITLES') master.subtitles.push(rendition(media, base));
    } else if (tag === null && pending) {
      master.variants.push(variant(pending, line, base));
      pending = null;
    }
  }
  return master;
}

/**
 * @returns {{targetDuration: number, ended: boolean, segments: object[], duration: number}} `start` of a segment is
 *   its place on the playlist's time line, in seconds; `sequence` is the same in every rung of our own packager.
 */
export function parseMedia(text, base) {
  const reader = new MediaReader(base);
  for (const line of lines(text)) reader.read(line);
  return reader.playlist;
}

class MediaReader {
  playlist = { targetDuration: 6, ended: false, segments: [], duration: 0 };
  #sequence = 0;
  #map = null;
  #duration = null;
  #range = null;
  #previousEnd = 0;
  #gap = false;
  #discontinuity = 0;

  constructor(base) {
    this.base = base;
  }

  read(line) {
    const [tag, rest] = splitTag(line);
    switch (tag) {
      case null: this.#segment(line); break;
      case 'EXTINF': this.#duration = Number.parseFloat(rest) || 0; break;
      case 'EXT-X-TARGETDURATION': this.playlist.targetDuration = Number.parseFloat(rest) || 6; break;
      case 'EXT-X-MEDIA-SEQUENCE': this.#sequence = Number.parseInt(rest, 10) || 0; break;
      case 'EXT-X-ENDLIST': this.playlist.ended = true; break;
      case 'EXT-X-BYTERANGE': this.#range = parseRange(rest, this.#previousEnd); break;
      case 'EXT-X-GAP': this.#gap = true; break;
      case 'EXT-X-DISCONTINUITY': this.#discontinuity += 1; break;
      case 'EXT-X-MAP': this.#map = mapOf(parseAttributes(rest), this.base); break;
    }
  }

  #segment(uri) {
    if (this.#duration === null) return;
    const { playlist } = this;
    playlist.segments.push({
      url: new URL(uri, this.base).href,
      range: this.#range,
      map: this.#map,
      sequence: this.#sequence,
      discontinuity: this.#discontinuity,
      gap: this.#gap,
      duration: this.#duration,
      start: playlist.duration,
      end: playlist.duration + this.#duration,
    });
    playlist.duration += this.#duration;
    this.#previousEnd = this.#range ? this.#range.end + 1 : 0;
    this.#sequence += 1;
    this.#duration = this.#range = null;
    this.#gap = false;
  }
}

function lines(text) {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

/** The name and value of a tag; null as name for an address, '' for a comment. */
function splitTag(line) {
  if (!line.startsWith('#')) return [null, line];
  if (!line.startsWith('#EXT')) return ['', ''];
  const colon = line.indexOf(':');
  return colon < 0 ? [line.slice(1), ''] : [line.slice(1, colon), line.slice(colon + 1)];
}

function variant(attributes, uri, base) {
  const [width, height] = (attributes.RESOLUTION ?? '').split('x').map(Number);
  return {
    url: new URL(uri, base).href,
    bandwidth: Number(attributes.BANDWIDTH) || 0,
    averageBandwidth: Number(attributes['AVERAGE-BANDWIDTH']) || Number(attributes.BANDWIDTH) || 0,
    codecs: (attributes.CODECS ?? '').split(',').map((codec) => codec.trim()).filter(Boolean),
    width: width || 0,
    height: height || 0,
    frameRate: Number(attributes['FRAME-RATE']) || 0,
    audioGroup: attributes.AUDIO ?? null,
    label: attributes.NAME ?? null,
  };
}

function rendition(attributes, base) {
  const isDefault = attributes.DEFAULT === 'YES';
  return {
    url: attributes.URI ? new URL(attributes.URI, base).href : null,
    group: attributes['GROUP-ID'],
    name: attributes.NAME ?? '',
    language: attributes.LANGUAGE ?? '',
    channels: Number.parseInt(attributes.CHANNELS, 10) || 2,
    isDefault,
    isAutomatic: isDefault || attributes.AUTOSELECT === 'YES',
    isForced: attributes.FORCED === 'YES',
  };
}

function mapOf(attributes, base) {
  return {
    url: new URL(attributes.URI, base).href,
    range: attributes.BYTERANGE ? parseRange(attributes.BYTERANGE, 0) : null,
  };
}

/** `length@offset`; without an offset the range follows the one before. `end` is inclusive, as in HTTP. */
function parseRange(text, previousEnd) {
  const [length, offset] = text.split('@').map(Number);
  const start = Number.isFinite(offset) ? offset : previousEnd;
  return { start, end: start + length - 1 };
}
