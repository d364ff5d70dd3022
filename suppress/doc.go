// Package suppress is the heart of nosend: it keeps the list of addresses that
// mail must not be sent to. [List] is the type everybody uses: it takes in
// what providers report ([Event]), asks package classify why a message
// bounced, judges what is known of an address by a [Policy], and answers
// before each send. A [Store] below it only stores.
//
// It knows no HTTP, no database and no metric, and never reads the clock: the
// clock is a field of [Config].
//
// # Invariants
//
// Each has a test that fails when it is broken.
//
//  1. When a change returns without error it is on disk, written and synced.
//  2. One bounce is one message (its Message-ID; else the source's own id of
//     it; else the source and the UTC day) to one recipient. Reported twice,
//     in two forms, in any order, an hour or a week apart, it is one bounce
//     with the better verdict: a rule for the text over the provider's code
//     over the enhanced status code over the reply code, ties by the order of
//     the categories.
//  3. An entry is judged from evidence, decisions, policy and clock alone. For
//     up to 20 messages of one address every order, batching, repetition and
//     restart gives the same entry. Older evidence lives on in the state that
//     it added up to. (A delivery to an address without an entry isn't kept.)
//  4. One soft or unknown message never suppresses; a policy that says
//     otherwise is refused.
//  5. Every entry can say why: rule, matched words, events, what will end it.
//  6. A person's word outranks events until its end. A release disregards the
//     evidence up to it, and messages already counted; a later bounce of
//     another message counts again.
//  7. A failed look-up is an error, never "not suppressed".
//  8. No address leaves the package in a log line or a metric.
//  9. What cannot be understood is kept as a [DeadLetter], never dropped
//     silently.
//
// # From event to answer
//
// An Event becomes [Evidence] in the [History] of its address. The history is
// folded, in the order of the provider's clock, into a [State]: what each rule
// of the policy has counted and which holds have begun. The state's reasons
// make the [Entry], which is stored beside the history so that a look-up reads
// one small row. [Entry.At] says what the entry means at a time, so a hold
// ends by the clock and not by a background task.
package suppress
