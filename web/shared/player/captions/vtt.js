/**
 * Reads WebVTT as far as captions and thumbnails need it (https://www.w3.org/TR/webvtt1/): cues with their settings,
 * and the X-TIMESTAMP-MAP of HLS. Styles, regions and notes are passed over, and so is whatever makes no sense.
 */

const timing = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})(?:\s+(.*))?$/;
/** A file with more than this is no caption file. */
const mostCues = 50_000;

/**
 * @returns {{map: {local: number, mpegts: number}|null, cues: {start: number, end: number, settings: object, text: string}[]}}
 *   seconds; `text` is as it came, with tags: never to be used as markup.
 */
export function parseVTT(text) {
  const result = { map: null, cues: [] };
  const blocks = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split(/\n{2,}/);
  if (!/^WEBVTT(?![^\s])/.test(blocks[0].trimStart())) return result;
  for (const block of blocks) {
    const lines = block.split('\n');
    result.map ??= mapOf(lines);
    const at = lines.findIndex((line) => timing.test(line));
    if (at < 0 || at > 1 && !lines[0].startsWith('WEBVTT')) continue;
    const [, from, to, settings = ''] = timing.exec(lines[at]);
    const cue = { start: seconds(from), end: seconds(to), settings: settingsOf(settings), text: lines.slice(at + 1).join('\n').trimEnd() };
    if (cue.end > cue.start && result.cues.length < mostCues) result.cues.push(cue);
  }
  return result;
}

function seconds(text) {
  const [rest, minutes, hours = 0] = text.replace(',', '.').split(':').toReversed();
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

/** `align:start line:10%` as an object. */
function settingsOf(text) {
  return Object.fromEntries(text.split(/\s+/).map((part) => part.split(':')).filter(([, value]) => value));
}

function mapOf(lines) {
  const line = lines.find((candidate) => candidate.startsWith('X-TIMESTAMP-MAP='));
  const local = /LOCAL:((?:\d+:)?\d{1,2}:\d{2}\.\d{3})/.exec(line ?? '');
  const mpegts = /MPEGTS:(\d+)/.exec(line ?? '');
  return local && mpegts ? { local: seconds(local[1]), mpegts: Number(mpegts[1]) } : null;
}
