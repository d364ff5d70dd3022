// Package classify reads why a message bounced. It turns what a mail server or
// a provider said into a Verdict: hard (the address cannot receive mail), soft
// (it says nothing lasting about the address) or unknown, with a finer
// Category, and with the rule and the words that decided.
//
// # Evidence
//
// Within one reply the strongest evidence decides:
//
//  1. words of the text, wherever they stand (BasisText); rules for single
//     destinations are tried before the general ones;
//  2. the enhanced status code, if it has a detail: 5.1.1, not 5.0.0 (BasisStatus);
//  3. the provider's own code (BasisProvider);
//  4. the bare reply code (BasisReply).
//
// A code is weak evidence: servers answer 5.1.1 to a full mailbox and 5.7.1 to
// an unknown user. A permanent failure with nothing else to go by is unknown.
// Verdict.Overruled tells what a weaker code said.
//
// # How a text is read
//
// The text is cut into words, lower case and without accents; Chinese, Japanese
// and Korean letters, and those of other scripts without spaces, are words one
// by one. Bytes that are not UTF-8 are read as Latin-1. A mail address becomes
// the word @, an IP number the word %, and a host name is one word, hyphens
// and all. Reply codes and enhanced status codes
// are taken out, so that the code that begins each line of a folded reply
// doesn't tear a phrase. Apostrophes are dropped (doesn't is doesnt). The words
// by which a relay passes on a reply (wrappers.tsv) don't count.
//
// # Rules
//
// Rules are lines of rules/NN-theme.tsv, files in order of their names, lines
// from the top; the first rule that holds decides. A user's own file has the
// same form and goes in front; a byte order mark before it is skipped. Columns
// have tabs between them; the header line is required; lines that begin with #
// are comments; no field holds a double quote:
//
//	id        a-z, 0-9 and -
//	category  a category, or category/class if the class isn't its usual one
//	codes     tests of the codes, with spaces between; may be empty
//	words     what must be found in the text; may be empty
//	note      what the rule is about and who says so
//
// Code tests: 550, 550-559, 5xx (permanent), 4xx (temporary), 5.1.1, 5.1.x,
// x.1.1; one of them must hold, none of those with ! in front. command=DATA
// (CONNECT, EHLO, AUTH, MAIL, RCPT) is the SMTP command answered,
// domain=example.org the recipient's domain or one above it (capitals and outer
// dots don't matter), source=cmc the provider; of several of a kind, one must
// hold.
//
// Words:
//
//	user unknown            these words, one after the other
//	user|mailbox unknown    either word
//	$who unknown            any word of a set in words.tsv
//	user is? unknown        a word that may be missing
//	user .. unknown         up to six words between
//	@ unknown               @ an address, % an IP number, ~ a host name, # a number
//	example.org             a host name that is this or ends in it
//	user & unknown          both, anywhere
//	user & !sender          the first, and the second nowhere in the text
//	user unknown ; no user  either pattern, each with conditions of its own
//
// Sets of words.tsv hold what replies call one thing ($who, $closed, $refused),
// so that a rule reads as the sentence it is about and covers its variants; a
// language's sets begin with its name ($de-who). Lines with the same id, one
// after the other, are one rule.
//
// The order of the files is part of the rules: single receivers' codes (10) and
// words that decide whatever stands around them (12) come first, then what
// speaks of the sender (18 to 22), then of the recipient and his domain (25 to
// 28), then everything else; words that many servers use for many things come
// last (90), and after them nets: a denial and a word for the recipient, where
// nothing else is spoken of that the denial could be about ($beside). Rules that
// suppress give way to any word for another cause ($cause): a quota, spam, a
// list of senders. What such a word alone means is told by nets in 90, too.
// testdata/replies has a line for every pattern, and a test finds those that
// decide none; receivers.tsv there has what single receivers answer.
//
// The tables status.tsv, replycodes.tsv and providers.tsv say what a code means
// when nothing better is known; commands.tsv how a text tells the command.
//
// # Sources
//
// RFC 5321 (reply codes), RFC 3463 and the IANA registry of RFC 5248 with RFC
// 4954, 6531, 7293, 7372 (enhanced status codes), RFC 7504 and 7505 (521, 556,
// null MX); the receivers' own pages on their codes, named in the notes.
//
// # Cost
//
// Each word of a text is looked up once, and each pattern is filed under its
// rarest word, so that only patterns that can match are tried. The work is
// linear in the text; at most 16 KiB of it is read.
package classify
