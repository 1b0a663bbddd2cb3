const leadingBoxes = new Set(['styp', 'sidx', 'moof', 'emsg', 'prft', 'ftyp', 'free', 'moov']);

/**
 * Whether bytes look like a whole CMAF file: known boxes whose sizes add up (ISO/IEC 14496-12, section 4.2). What
 * fails here would end the MediaSource with an error if it were appended.
 */
export function isWholeBoxes(bytes, required) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Set();
  let offset = 0;
  while (offset + 8 <= bytes.length) {
    const size = boxSize(view, offset);
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (size < 8 || offset + size > bytes.length) return false;
    if (offset === 0 && !leadingBoxes.has(type)) return false;
    seen.add(type);
    offset += size;
  }
  return offset === bytes.length && required.every((type) => seen.has(type));
}

function boxSize(view, offset) {
  const size = view.getUint32(offset);
  if (size === 0) return view.byteLength - offset;
  if (size !== 1) return size;
  return offset + 16 <= view.byteLength ? Number(view.getBigUint64(offset + 8)) : 0;
}
