const SVG = 'http://www.w3.org/2000/svg';

const filled = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** An element that holds text or other elements; attributes are set by name. */
export const element = (tag, attributes, ...children) =>
  filled(document.createElement(tag), attributes, children);

/** The same inside a drawing. */
export const shape = (tag, attributes, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

/** Says something else, where it is something else: what is said anew is read aloud and laid out anew. */
export const say = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** Sets an attribute where it is another. */
export const mark = (node, name, value) => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};

export const byId = (id) => document.getElementById(id);
