/** Letting a machine go: a confirmation that names what will be lost. */
import type { Machine } from '../api/types.ts';
import type { Page } from '../context.ts';
import { h } from '../dom/h.ts';
import { button, errorLine, errorText, whileBusy } from './parts.ts';

/** The box's own agent is admitted by the box itself; removing it would only bring it back. */
export function removeButton(page: Page, machine: Machine): HTMLElement[] {
  const { words, api, connection } = page;
  if (machine.local || page.session.user?.role !== 'admin') return [];
  const line = errorLine();
  const yes = button(
    words.say('remove.yes', { name: machine.name }),
    { class: 'danger' },
    () => void remove(),
  );
  const no = button(words.say('cancel'), { autofocus: true }, () => dialog.close());
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'remove-title' },
    h('h2', { id: 'remove-title' }, words.say('remove.title', { name: machine.name })),
    h('p', null, words.say('remove.consequence', { name: machine.name })),
    line.node,
    h('div', { class: 'buttons' }, no, yes),
  );
  const remove = async (): Promise<void> => {
    try {
      await whileBusy([yes, no], () => api.removeMachine(machine.machine));
      dialog.close();
      connection.fleet.remove(machine.machine);
      page.announce(words.say('remove.done', { name: machine.name }));
      page.go('/');
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  return [button(words.say('remove.verb'), { class: 'quiet' }, () => dialog.showModal()), dialog];
}
