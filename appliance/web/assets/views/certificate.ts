/** Why browsers warn about this page, by what one knows it again, and a certificate of one's own. */
import type { CertificateAnswer } from '../api/account.ts';
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import { areaField, demand, formNode } from './form.ts';
import { errorLine, errorText, groups, pairs } from './parts.ts';
import { asking, type HousePage, section } from './settled.ts';

export function certificateView(page: HousePage): View {
  const { words, api, session } = page;
  const line = errorLine();
  const shown = h('div', { class: 'fingerprints' });
  const own = h('div');
  const show = (answer: CertificateAnswer): void => {
    line.show(null);
    shown.replaceChildren(...fingerprints(page, answer));
    own.replaceChildren(...(session.user?.role === 'admin' ? [ownSection(page, answer, show)] : []));
  };
  const load = async (): Promise<void> => {
    try {
      show(await api.certificate());
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  void load();
  const node = h(
    'div',
    { class: 'account' },
    h('h1', null, words.say('certificate.title')),
    line.node,
    section(
      words.say('certificate.warning'),
      null,
      h('p', null, words.say('certificate.warningText')),
      h('p', null, words.say('certificate.warningHow')),
    ),
    section(words.say('certificate.marks'), words.say('certificate.marksText'), shown),
    own,
  );
  return { node, title: words.say('certificate.title'), stop: () => undefined };
}

function fingerprints({ words }: HousePage, answer: CertificateAnswer): HTMLElement[] {
  const mark = (title: string, text: string): HTMLElement =>
    h('div', { class: 'fingerprint' }, h('h3', null, title), h('code', null, text));
  return [
    mark(words.say('certificate.ofCertificate'), pairs(answer.certificateFingerprint)),
    mark(words.say('certificate.ofKey'), groups(answer.fingerprint)),
  ];
}

function ownSection(
  page: HousePage,
  answer: CertificateAnswer,
  show: (answer: CertificateAnswer) => void,
): HTMLElement {
  const { words, api, format } = page;
  const { uploaded } = answer;
  const chain = areaField('chain', words.say('certificate.chain'), words.say('certificate.chainHint'));
  const key = areaField('key', words.say('certificate.key'), words.say('certificate.keyHint'));
  const form = formNode({
    words,
    fields: [chain, key],
    verb: words.say('certificate.upload'),
    async send() {
      demand(chain, chain.input.value.trim() !== '', words.say('certificate.missing'));
      demand(key, key.input.value.trim() !== '', words.say('certificate.missing'));
      show(await api.uploadCertificate({ chain: chain.input.value, key: key.input.value }));
    },
  });
  if (uploaded === null) return section(words.say('certificate.own'), words.say('certificate.ownText'), form);
  const line = errorLine();
  const fact = (label: string, value: string): HTMLElement =>
    h('div', null, h('dt', null, label), h('dd', null, value));
  const remove = asking(words, {
    text: words.say('certificate.remove'),
    title: words.say('certificate.remove'),
    consequence: words.say('certificate.removeText'),
    yes: words.say('certificate.removeYes'),
    async run() {
      try {
        await api.removeCertificate();
        show(await api.certificate());
      } catch (error) {
        line.show(errorText(error, words));
      }
    },
  });
  return section(
    words.say('certificate.uploaded'),
    null,
    h(
      'dl',
      { class: 'facts' },
      fact(words.say('certificate.names'), uploaded.names.join(', ')),
      fact(words.say('certificate.issuer'), uploaded.issuer),
      fact(words.say('certificate.keyType'), uploaded.keyType),
      fact(words.say('certificate.until'), format.exact(uploaded.validToMs)),
    ),
    line.node,
    ...remove,
    h('h3', null, words.say('certificate.replace')),
    form,
  );
}
