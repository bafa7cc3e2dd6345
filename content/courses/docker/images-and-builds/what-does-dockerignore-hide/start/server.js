console.log('portal: open');
