//! Candidates of `TransactionCoordinatorTest` and `TransactionMetadataTest`, at the state alone.

use super::*;

const TIMEOUT: Span = Span::from_secs(60);

fn no_id() -> ProducerId {
    unreachable!("there are epochs left")
}

fn transaction() -> Transaction {
    Transaction::new("orders".into(), ProducerId(FIRST_ID), TIMEOUT).expect("a usual timeout")
}

fn ongoing() -> Transaction {
    let mut transaction = transaction();
    let producer = transaction.producer;
    transaction.add(Time::ZERO, producer, &[TopicPartition::new(&"out".into(), 0)], None).expect("it may begin");
    transaction
}

fn prepared(outcome: Outcome) -> (Transaction, ProducerIdAndEpoch) {
    let mut transaction = ongoing();
    let producer = transaction.producer;
    transaction.end(producer, outcome, no_id).expect("it is open");
    (transaction, producer)
}

#[test]
fn a_new_instance_aborts_what_the_last_one_left_open_and_comes_back_meanwhile() {
    let mut transaction = ongoing();
    let zombie = transaction.producer;
    assert_eq!(transaction.begin_producer(TIMEOUT, no_id), Err(ErrorCode::ConcurrentTransactions));
    assert_eq!(transaction.state, TransactionState::PrepareAbort);
    assert_eq!(transaction.end(zombie, Outcome::Commit, no_id), Err(ErrorCode::ProducerFenced));
    assert_eq!(
        transaction.begin_producer(TIMEOUT, no_id),
        Err(ErrorCode::ConcurrentTransactions),
        "markers are missing"
    );
    transaction.partitions.clear();
    assert!(transaction.complete());
    assert_eq!(transaction.begin_producer(TIMEOUT, no_id), Ok(()));
    assert_eq!(transaction.producer.epoch, 2);
}

#[test]
fn a_transaction_that_has_been_open_for_too_long_is_aborted_in_a_new_epoch() {
    let mut transaction = ongoing();
    let late = transaction.producer;
    assert!(!transaction.time_out(Time::from_secs(59), no_id));
    assert!(transaction.time_out(Time::from_secs(60), no_id));
    assert_eq!((transaction.state, transaction.producer.epoch), (TransactionState::PrepareAbort, 1));
    assert_eq!(transaction.end(late, Outcome::Abort, no_id), Err(ErrorCode::ProducerFenced));
}

#[test]
fn while_markers_are_written_the_next_transaction_waits() {
    let (mut transaction, _) = prepared(Outcome::Commit);
    let next = transaction.producer;
    let partitions = [TopicPartition::new(&"out".into(), 1)];
    assert_eq!(transaction.add(Time::ZERO, next, &partitions, None), Err(ErrorCode::ConcurrentTransactions));
}

#[test]
fn every_end_raises_the_epoch_so_that_what_comes_late_is_fenced() {
    let (mut transaction, before) = prepared(Outcome::Commit);
    assert_eq!(transaction.producer.epoch, before.epoch + 1);
    transaction.partitions.clear();
    assert!(transaction.complete());
    let partitions = [TopicPartition::new(&"out".into(), 0)];
    assert_eq!(transaction.add(Time::ZERO, before, &partitions, None), Err(ErrorCode::ProducerFenced));
}

#[test]
fn an_end_that_is_asked_for_again_is_known() {
    let (mut transaction, producer) = prepared(Outcome::Commit);
    assert_eq!(transaction.end(producer, Outcome::Commit, no_id), Err(ErrorCode::ConcurrentTransactions));
    assert_eq!(transaction.end(producer, Outcome::Abort, no_id), Err(ErrorCode::InvalidTxnState));
    transaction.partitions.clear();
    transaction.complete();
    assert_eq!(transaction.end(producer, Outcome::Commit, no_id), Ok(transaction.producer));
    assert_eq!(transaction.end(producer, Outcome::Abort, no_id), Err(ErrorCode::InvalidTxnState));
}

#[test]
fn nothing_can_be_committed_that_was_never_begun_but_it_can_be_aborted() {
    let mut transaction = transaction();
    let producer = transaction.producer;
    assert_eq!(transaction.end(producer, Outcome::Commit, no_id), Err(ErrorCode::InvalidTxnState));
    assert!(transaction.end(producer, Outcome::Abort, no_id).is_ok());
    assert!(transaction.complete());
}

#[test]
fn who_has_another_producer_id_is_told_so() {
    let mut transaction = ongoing();
    let stranger = ProducerIdAndEpoch { id: ProducerId(3), epoch: 0 };
    assert_eq!(transaction.end(stranger, Outcome::Commit, no_id), Err(ErrorCode::InvalidProducerIdMapping));
}

#[test]
fn when_its_epochs_are_used_up_a_producer_gets_another_id() {
    let mut transaction = ongoing();
    transaction.producer.epoch = EPOCH_MAX - 1;
    let last = transaction.producer;
    let next = ProducerIdAndEpoch { id: ProducerId(FIRST_ID + 1), epoch: 0 };
    assert_eq!(transaction.end(last, Outcome::Commit, || next.id), Ok(next));
    assert_eq!(transaction.marked_as(), ProducerIdAndEpoch { epoch: EPOCH_MAX, ..last });
}

#[test]
fn a_longer_timeout_than_the_broker_allows_is_refused() {
    let refused = Transaction::new("orders".into(), ProducerId(FIRST_ID), Span::from_secs(15 * 60 + 1));
    assert_eq!(refused.err(), Some(ErrorCode::InvalidTransactionTimeout));
}
