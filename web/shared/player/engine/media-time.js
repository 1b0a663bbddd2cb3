/** Reads the few times of an MP4 file that the element does not tell (ISO/IEC 14496-12, sections 8.4.2 and 8.8.12). */

/** Ticks per second, from an initialisation section; null when it says none. */
export function timescaleOf(bytes) {
  const header = find(bytes, ['moov', 'trak', 'mdia', 'mdhd']);
  if (!header) return null;
  const view = viewOf(header);
  const at = view.getUint8(0) === 1 ? 20 : 12; // after two times of 8 or 4 bytes
  return view.byteLength >= at + 4 ? view.getUint32(at) || null : null;
}

/** The decode time of the first sample of a segment, in ticks; null when it says none. */
export function firstTicksOf(bytes) {
  const box = find(bytes, ['moof', 'traf', 'tfdt']);
  if (!box || box.length < 8) return null;
  const view = viewOf(box);
  if (view.getUint8(0) === 0) return view.getUint32(4);
  return view.byteLength >= 12 ? Number(view.getBigUint64(4)) : null;
}

/** What is in the first box of a path of types; null when there is none. */
function find(bytes, [type, ...rest]) {
  const view = viewOf(bytes);
  let offset = 0;
  while (offset + 8 <= bytes.length) {
    const size = view.getUint32(offset);
    if (size < 8 || offset + size > bytes.length) return null;
    if (String.fromCharCode(...bytes.subarray(offset + 4, offset + 8)) === type) {
      const inside = bytes.subarray(offset + 8, offset + size);
      return rest.length > 0 ? find(inside, rest) : inside;
    }
    offset += size;
  }
  return null;
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
