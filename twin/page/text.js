const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe to stand in markup or in an attribute. */
export const escapeText = (text) => String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

/** An element that holds text or other elements; attributes are set by name. */
export const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
