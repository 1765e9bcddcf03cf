/** The two wishes that the browser remembers: language and theme. Nothing else is kept there. */

export type Wish = 'language' | 'theme';

export function readStored(wish: Wish): string | null {
  try {
    return localStorage.getItem(wish);
  } catch (error) {
    console.info('this browser keeps no wishes', error);
    return null;
  }
}

export function writeStored(wish: Wish, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(wish);
    else localStorage.setItem(wish, value);
  } catch (error) {
    console.info('this browser keeps no wishes', error);
  }
}
