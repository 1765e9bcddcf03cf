/** Passwords and words that everybody tries first, lower case, without the digits that people put behind them. */
const words = `
password passwort motdepasse mdp contrasena passwd pass secret secrets changeme changemoi letmein welcome bienvenue
bonjour salut coucou hello admin administrator administrateur root superuser superadmin user utilisateur guest invite
test testtest tester testing azerty azertyuiop azertyuiopqsdfghjklm qwerty qwertyuiop qwertyuiopasdfghjkl qwertz qwertzuiop
qazwsx qazwsxedc zaqxsw wxcvbn zxcvbnm asdfghjkl qsdfghjklm poiuytreza poiuytrewq abcdef abcdefghij iloveyou jetaime
monamour loulou doudou chouchou princess princesse sunshine soleil football baseball basketball superman batman pokemon
dragon monkey shadow master michael jennifer jordan hunter charlie nicolas marseille paris france liberty freedom whatever
trustno starwars computer ordinateur internet network monitor netmonitor netmonitorlocal raspberry raspberrypi raspbian
raspi ubuntu debian windows microsoft google facebook default defaultpassword temporary temporaire summer winter
spring autumn ete hiver printemps automne january february janvier fevrier company entreprise office bureau ecole school
correcthorsebatterystaple passwordpassword adminadmin rootroot adminpassword passwordadmin qwerasdf asdfqwer
qwertyazerty azertyqwerty aqwzsx aqwzsxedc nothing ihateyou fuckyou biteme cheese chocolat chocolate marmotte
`;

/** Longer ones of digits and keyboard walks, as they are. */
const whole = `
1234567890 0123456789 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1a2z3e4r5t 1a2b3c4d5e q1w2e3r4t5
a1z2e3r4t5 1111111111 0000000000 1212121212 1231231234 1234512345 123456789a a123456789 123456789q 12345678910
123123123123 123321123321 11223344556 1122334455 password123 motdepasse123 azerty12345 qwerty12345 abc1234567 abcd123456
abc123abc123 1q2w3e1q2w3e zaq12wsxcde3 !qaz2wsx3edc p@ssw0rd123 passw0rd1234
`;

const list = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

export const commonPasswords: ReadonlySet<string> = new Set([...list(words), ...list(whole)]);
