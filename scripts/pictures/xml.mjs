// @ts-check

/**
 * Text as it may stand in an SVG file.
 *
 * @param {string} text
 */
export function escapeXml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
