/** The only way the page makes elements: text goes in as text nodes, never as markup. */

export type Child = Node | string | number | null | undefined | false;
type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
export type Props = {
  on?: Listeners;
  [attribute: string]: string | number | boolean | null | undefined | Listeners;
};

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props | null = null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name === 'on') listen(element, value as Listeners);
    else setAttribute(element, name, value as string | number | boolean | null | undefined);
  }
  append(element, children);
  return element;
}

/** Attributes that the page's content security policy would refuse are a mistake of the caller. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (name === 'style' || name.startsWith('on')) throw new Error(`attribute ${name} is not allowed`);
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

export function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
}

function listen(element: HTMLElement, listeners: Listeners): void {
  for (const [name, listener] of Object.entries(listeners)) {
    element.addEventListener(name, listener as EventListener);
  }
}

/** Text that changes often: touches the document only when the text differs. */
export function setText(node: Text | Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
