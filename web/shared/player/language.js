/** Names of languages are in English, as the rest of the interface is. */
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** `de-AT` for `deu_AT` and the like; '' for nonsense and for "undetermined". */
export function canonicalLanguage(tag) {
  try {
    const [language] = Intl.getCanonicalLocales(String(tag ?? '').replaceAll('_', '-'));
    return !language || language === 'und' ? '' : language;
  } catch {
    return ''; // not a language tag at all
  }
}

/** `German`; null when the tag says nothing. */
export function languageName(tag) {
  const language = canonicalLanguage(tag);
  return language ? names.of(language) ?? null : null;
}

/** How well a language meets a list of wishes: lower is better, Infinity not at all. The same language of another
 *  region comes after the very one. */
export function languageRank(tag, wishes) {
  const language = canonicalLanguage(tag);
  if (!language) return Infinity;
  const wanted = wishes.map(canonicalLanguage);
  const same = wanted.indexOf(language);
  const akin = wanted.findIndex((wish) => wish.split('-')[0] === language.split('-')[0]);
  return Math.min(same < 0 ? Infinity : same * 2, akin < 0 ? Infinity : akin * 2 + 1);
}
