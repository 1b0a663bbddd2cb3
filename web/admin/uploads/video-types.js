/** The extensions that the server takes. It decides; knowing them here saves sending gigabytes in vain. */
const extensions = [
  'mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', 'mkv', 'webm', 'ts', 'm2ts', 'mts', 'mpg', 'mpeg', 'vob', 'avi', 'flv', 'wmv', 'asf',
  'ogv', 'ogg', 'mxf',
];

/** For the file picker. */
export const accepted = ['video/*', ...extensions.map((extension) => `.${extension}`)].join(',');

export const typesForPeople = 'MP4, MOV, MKV, WebM, MPEG-TS, AVI, WMV, FLV, OGG or MXF';

/** Why this file would be refused; null when it may be sent. */
export function refusal(file) {
  const extension = file.name.includes('.') ? file.name.split('.').pop().toLowerCase() : '';
  if (!extensions.includes(extension)) return `This is not a video by its name. Files may be ${typesForPeople}.`;
  return file.size === 0 ? 'This file is empty.' : null;
}

/** A title made of a file's name: `my_holiday-2.final.MOV` becomes `My holiday 2 final`. */
export function titleOf(filename) {
  const words = filename.replace(/\.[^.]*$/, '').replace(/[_\s.-]+/g, ' ').trim();
  return words === '' ? 'Untitled' : words[0].toUpperCase() + words.slice(1, 200);
}
